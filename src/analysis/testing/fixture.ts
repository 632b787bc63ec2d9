import { parseFile } from '../../config/parse-file.ts';
import { problemText } from '../../config/problem.ts';
import type { ConfigResource, ResourceOrigin } from '../../config/resource.ts';
import type { KubeObject } from '../../kube/object.ts';
import { createResourceSet } from '../../mesh/resource-set.ts';
import type { Analyzer } from '../analyzer.ts';
import { type Finding, pathSteps, resourceKey, resourceRef } from '../finding.ts';
import { runAnalyzers } from '../runner.ts';

/** What a comment in a fixture says of the line that it stands on. */
export interface Expectation {
  readonly kind: 'expect' | 'ok';
  readonly code: string;
  /** Line in the fixture, from 1. */
  readonly line: number;
}

/** A fixture: Kubernetes resources in YAML, and what its comments expect. */
export interface AnalyzerFixture {
  readonly objects: readonly KubeObject[];
  readonly expectations: readonly Expectation[];
  /** Where a resource stands. */
  originOf(object: KubeObject): ResourceOrigin | undefined;
}

/** How an analyzer did on a fixture. */
export interface FixtureReport {
  readonly findings: readonly Finding[];
  /** `CODE line N`, for what is expected and was not found, and the other way round. Both empty when all is well. */
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/**
 * Reads a fixture: `# expect: CODE` on a line that must be flagged, `# ok: CODE why` on a near-miss. Throws with the place
 * when a document can't be read, or a comment of this kind is not of the form.
 */
export function readFixture(text: string, name = 'fixture'): AnalyzerFixture {
  const { resources, problems } = parseFile(name, text);
  const [problem] = problems;
  if (problem !== undefined) throw new Error(problemText(problem));
  const expectations = text
    .split(/\r?\n/)
    .flatMap((line, index) => expectationOf(line, `${name}:${index + 1}`, index + 1));
  const origins = new Map(resources.map((one: ConfigResource) => [one.object, one.origin]));
  return {
    objects: [...origins.keys()],
    expectations,
    originOf: (object) => origins.get(object),
  };
}

function expectationOf(line: string, place: string, number: number): Expectation[] {
  if (!/# (expect|ok):/.test(line)) return [];
  const [, kind, code = '', why] = /# (expect|ok): ([A-Z]{3}\d{4})(?: (.*))?$/.exec(line) ?? [];
  if (kind === 'expect' || (kind === 'ok' && why)) return [{ kind, code, line: number }];
  throw new Error(`${place}: write "# expect: CODE" or "# ok: CODE why"`);
}

/** Runs an analyzer on a fixture, and compares the lines that it flags with those that are expected. */
export function testAnalyzer(analyzer: Analyzer, fixture: AnalyzerFixture, now = new Date(0)): FixtureReport {
  const { findings } = runAnalyzers([analyzer], createResourceSet(fixture.objects), { now });
  const byKey = new Map(fixture.objects.map((object) => [resourceKey(resourceRef(object)), object]));
  const flagged = findings.map((finding) => {
    const object = finding.resource && byKey.get(resourceKey(finding.resource));
    const origin = object && fixture.originOf(object);
    if (origin === undefined) return `${finding.code}: ${finding.message}`;
    return `${finding.code} line ${origin.field(pathSteps(finding.location?.path ?? '')).line}`;
  });
  const wanted = fixture.expectations
    .filter(({ kind }) => kind === 'expect')
    .map(({ code, line }) => `${code} line ${line}`);
  return { findings, missing: without(wanted, flagged), unexpected: without(flagged, wanted) };
}

/** The texts of a list that are not in another one, each as often as it is too many. */
function without(list: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return list.filter((one) => {
    const at = left.indexOf(one);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}
