import type { Finding } from '../../analysis/finding.ts';
import { isLost } from '../../analysis/unreadable.ts';
import { type AnalysisAnswer, isAtLeast, subjectText } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { escapeControl } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { listedAnalyzers } from './analyzer-list.ts';
import { placeText, relativePath, sentence } from './words.ts';

interface TestCase {
  readonly name: string;
  readonly className: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** Lines of the element: the element's own for an outcome, of what was printed for one that passed. */
  readonly text: string;
  readonly message: string;
  readonly type: string;
}

/**
 * A report in the format of JUnit: a suite for each file (or for the mesh), in it a test case for each finding, which
 * fails at or over the failure threshold; and one suite with a case for each analyzer that ran or did not. It fits the
 * schema of Jenkins, the narrowest of those that readers of such reports go by.
 */
export const junit: Reporter<AnalysisAnswer | AnalyzerList> = (answer, options) => {
  if (!('findings' in answer)) return listedAnalyzers(answer, options);
  const groups = new Map<string, TestCase[]>();
  for (const finding of answer.findings) {
    const file = finding.location?.file;
    const name = file === undefined ? 'mesh' : relativePath(file, answer.root);
    const group = groups.get(name) ?? [];
    group.push(findingCase(finding, name, answer));
    groups.set(name, group);
  }
  const suites = [...groups, ['analyzers', analyzerCases(answer)] as const];
  const timestamp = options.now.toISOString().slice(0, 19);
  const all = suites.flatMap(([, cases]) => cases);
  const properties = `    <properties>\n      <property name="failure-threshold" value="${answer.failureThreshold}"/>\n    </properties>\n`;
  const body = suites
    .map(([name, cases], index) => suiteText(name, cases, index, timestamp, properties))
    .join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="meshscope analyze" ${counts(all)} time="0">\n${body}</testsuites>\n`;
};

function findingCase(finding: Finding, className: string, { failureThreshold }: AnalysisAnswer): TestCase {
  const { code, level, why, fix, location } = finding;
  const fails = isAtLeast(level, failureThreshold) ? 'failure' : 'passed';
  return {
    name: `${code} ${finding.resource === undefined ? placeText(location) : subjectText(finding)}`,
    className,
    outcome: isLost(finding) ? 'error' : fails,
    message: sentence(finding.message),
    type: code,
    text: [placeText(location), sentence(finding.message), `why: ${why}`, `fix: ${fix}`]
      .filter((line) => line !== '')
      .join('\n'),
  };
}

function analyzerCases({ executed, skipped, unfinished }: AnalysisAnswer): TestCase[] {
  const base = { className: 'analyzers', text: '', message: '', type: '' };
  return [
    ...executed.map((name): TestCase => ({ ...base, name, outcome: 'passed' })),
    ...skipped.map(
      ({ analyzer, missing }): TestCase => ({
        ...base,
        name: analyzer,
        outcome: 'skipped',
        message: `${missing.join(', ')} could not be read`,
      }),
    ),
    ...unfinished.map(
      (name): TestCase => ({ ...base, name, outcome: 'skipped', message: 'it did not finish in time' }),
    ),
  ];
}

function suiteText(
  name: string,
  cases: readonly TestCase[],
  id: number,
  timestamp: string,
  properties: string,
): string {
  const attributes = `name="${escapeXml(name)}" package="meshscope" id="${id}" ${counts(cases)} skipped="${count(cases, 'skipped')}" time="0" timestamp="${timestamp}" hostname="localhost"`;
  return `  <testsuite ${attributes}>\n${properties}${cases.map(caseText).join('')}    <system-out/>\n    <system-err/>\n  </testsuite>\n`;
}

function counts(cases: readonly TestCase[]): string {
  return `tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}"`;
}

function count(cases: readonly TestCase[], outcome: TestCase['outcome']): number {
  return cases.filter((one) => one.outcome === outcome).length;
}

function caseText({ name, className, outcome, text, message, type }: TestCase): string {
  const open = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(className)}" time="0"`;
  if (outcome === 'skipped')
    return `${open}>\n      <skipped>${escapeXml(message)}</skipped>\n    </testcase>\n`;
  if (outcome === 'passed')
    return text === ''
      ? `${open}/>\n`
      : `${open}>\n      <system-out>${escapeXml(text)}</system-out>\n    </testcase>\n`;
  return `${open}>\n      <${outcome} type="${escapeXml(type)}" message="${escapeXml(message)}">${escapeXml(text)}</${outcome}>\n    </testcase>\n`;
}

/** XML 1.0 has no place for control characters and half pairs, not even as references. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach the report
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function escapeXml(text: string): string {
  return escapeControl(text)
    .replace(NOT_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
