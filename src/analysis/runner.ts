import type { Refusal } from '../config/crd/refusal.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Kind } from '../mesh/kinds.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { compareText } from '../util/text.ts';
import type { AnalysisContext, Analyzer, FindingPlace } from './analyzer.ts';
import { compareFindings, docsOf, type Finding, pathText, resourceRef } from './finding.ts';
import { type MessageDefinition, renderMessage } from './message.ts';
import { RUN_MESSAGES } from './messages.ts';

/** An analyzer that did not run, and the inputs that the source can't give. */
export interface SkippedAnalyzer {
  readonly analyzer: string;
  readonly missing: readonly Kind[];
}

/** What one analyzer did. */
export interface AnalyzerRun {
  readonly analyzer: string;
  readonly kindsRead: readonly Kind[];
  readonly codes: readonly string[];
}

/** Everything that a run of analyzers found, in an order that depends on the findings alone. */
export interface AnalysisResult {
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedAnalyzer[];
  /** Analyzers that were ended by the limit; what they had found until then is left out. */
  readonly unfinished: readonly string[];
  readonly runs: readonly AnalyzerRun[];
}

/** What a run knows besides the resources of the (first) cluster. */
export interface RunOptions {
  /** Kinds that the source can't give. */
  readonly unavailable?: ReadonlySet<Kind>;
  /** Kinds of which there may be more than were read, when none was. */
  readonly partial?: ReadonlySet<Kind>;
  /** Kinds of which parts could not be read: what is found by them is likely, not certain. */
  readonly incomplete?: ReadonlySet<Kind>;
  /** Resources of further clusters by the cluster's name. */
  readonly remotes?: ReadonlyMap<string, ResourceSet>;
  /** Judges a resource by the CRD of its kind, where CRDs are at hand. */
  readonly refused?: ((resource: KubeObject) => readonly Refusal[]) | undefined;
  /** The moment that dates are judged by. */
  readonly now: Date;
  /** Runs one analyzer under a limit of time; answers whether it came to its end. Without it there is no limit. */
  readonly limit?: ((run: () => void) => boolean) | undefined;
}

/**
 * Runs analyzers over resources. One that needs a kind among `unavailable` is skipped; one that throws, or breaks its
 * own declaration, becomes a finding about itself and the others go on.
 */
export function runAnalyzers(
  analyzers: readonly Analyzer[],
  resources: ResourceSet,
  options: RunOptions,
): AnalysisResult {
  const { unavailable = new Set<Kind>() } = options;
  const findings: Finding[] = [];
  const skipped: SkippedAnalyzer[] = [];
  const runs: AnalyzerRun[] = [];
  const unfinished: string[] = [];
  for (const analyzer of [...analyzers].sort((a, b) => compareText(a.name, b.name))) {
    const missing = analyzer.inputs.filter(
      (kind) => unavailable.has(kind) && analyzer.optionalInputs?.includes(kind) !== true,
    );
    if (missing.length > 0) {
      skipped.push({ analyzer: analyzer.name, missing });
      continue;
    }
    const outcome = runOne(analyzer, resources, options);
    if (outcome === undefined) {
      unfinished.push(analyzer.name);
      continue;
    }
    runs.push(outcome.run);
    // A spread as arguments would end at the engine's limit of them.
    for (const one of outcome.found) findings.push(one);
  }
  return { findings: withoutRepeats(findings.sort(compareFindings)), skipped, unfinished, runs };
}

/** Two analyzers may see the same fault: what reads the same and stands at the same place is said once. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding, index) => {
    const before = findings[index - 1];
    return (
      before === undefined || before.message !== finding.message || compareFindings(before, finding) !== 0
    );
  });
}

/** `undefined` when the limit ended it. */
function runOne(
  analyzer: Analyzer,
  resources: ResourceSet,
  options: RunOptions,
): { run: AnalyzerRun; found: Finding[] } | undefined {
  const found: Finding[] = [];
  const kinds = new Set<Kind>();
  const run = (): void => {
    try {
      analyzer.analyze(contextFor(analyzer, resources, options, kinds, found));
    } catch (error) {
      found.push(crash(analyzer, error));
    }
  };
  if (options.limit === undefined) run();
  else if (!options.limit(run)) return undefined;
  const codes = new Set(found.map((finding) => finding.code));
  return { run: { analyzer: analyzer.name, kindsRead: [...kinds].sort(), codes: [...codes].sort() }, found };
}

function contextFor(
  analyzer: Analyzer,
  resources: ResourceSet,
  { remotes, now, partial, incomplete, refused }: RunOptions,
  kinds: Set<Kind>,
  found: Finding[],
): AnalysisContext {
  const declared = (kind: Kind): Kind => {
    if (!analyzer.inputs.includes(kind)) throw new Error(`it reads ${kind}, which it does not declare`);
    kinds.add(kind);
    return kind;
  };
  return {
    all: (kind) => resources.all(declared(kind)),
    inNamespace: (kind, namespace) => resources.inNamespace(declared(kind), namespace),
    get: (kind, namespace, name) => resources.get(declared(kind), namespace, name),
    select: (kind, selector, namespace) => resources.select(declared(kind), selector, namespace),
    remoteClusters: [...(remotes?.keys() ?? [])],
    allIn: (cluster, kind) => remotes?.get(cluster)?.all(declared(kind)) ?? [],
    now,
    mayLack: (kind) =>
      incomplete?.has(kind) === true || (partial?.has(kind) === true && resources.all(kind).length === 0),
    refused: (resource) => refused?.(resource) ?? [],
    report: (code, args, at) => {
      const definition = analyzer.codes.includes(code) ? analyzer.messages[code] : undefined;
      if (definition === undefined) throw new Error(`it reports ${code}, which it does not declare`);
      const plain = finding(code, definition, renderMessage(definition, args), at);
      const isLikely = [...kinds].some((kind) => incomplete?.has(kind));
      found.push({ ...plain, ...(isLikely ? { confidence: 'likely' } : {}), args });
    },
  };
}

function finding(
  code: string,
  definition: MessageDefinition,
  message: string,
  at: FindingPlace | undefined,
): Finding {
  return {
    code,
    level: definition.level,
    message,
    why: definition.why,
    fix: definition.fix,
    resource: at && resourceRef(at.resource),
    location: at?.path && { path: pathText(at.path) },
    related: (at?.related ?? []).map(resourceRef),
    evidence: at?.evidence ?? [],
    confidence: at?.confidence ?? 'certain',
    docs: definition.docs ?? docsOf(code),
  };
}

function crash(analyzer: Analyzer, error: unknown): Finding {
  const problem = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  const message = renderMessage(RUN_MESSAGES.IST0001, { analyzer: analyzer.name, problem });
  return finding('IST0001', RUN_MESSAGES.IST0001, message, undefined);
}
