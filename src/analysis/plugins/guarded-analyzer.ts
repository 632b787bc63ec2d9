import type { KubeObject } from '../../kube/object.ts';
import type { AnalysisContext, Analyzer, FindingPlace } from '../analyzer.ts';
import type { FieldPath } from '../finding.ts';

/** Findings of one analyzer: more help nobody. */
const MOST_FINDINGS = 10_000;
const LONGEST = 1_000;

/** An analyzer of others that was read and whose `analyze` may do anything. */
export interface ForeignAnalyzer extends Omit<Analyzer, 'analyze' | 'referenceName'> {
  readonly analyze: (context: AnalysisContext) => unknown;
}

/**
 * An analyzer of others that can't harm the run: what it reports is checked when it reports it, and one that answers later
 * (async) is told that it can't. What it throws becomes a finding about it.
 */
export function guarded(foreign: ForeignAnalyzer, label: string): Analyzer {
  return {
    ...foreign,
    analyze: (context) => {
      let isOver = false;
      let count = 0;
      const report = (code: unknown, args: unknown, at: unknown): void => {
        if (isOver) throw new Error('it reports when it is over');
        if (++count > MOST_FINDINGS) throw new Error(`it reports more than ${MOST_FINDINGS} findings`);
        context.report(String(code), checkedArgs(args), checkedPlace(at));
      };
      try {
        const answer = foreign.analyze({ ...context, report });
        if (isThenable(answer)) {
          answer.then(undefined, () => {});
          throw new Error('it is async: an analyzer looks at what was read and waits for nothing');
        }
      } catch (error) {
        throw new Error(`${thrownText(error)} (${label})`);
      } finally {
        isOver = true;
      }
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Whatever was thrown, in a line. */
export function thrownText(error: unknown): string {
  try {
    const message = error instanceof Error ? error.message : String(error);
    return (message.split('\n')[0] ?? '').slice(0, LONGEST);
  } catch {
    return 'it threw something that can not be shown';
  }
}

function checkedArgs(args: unknown): Readonly<Record<string, string>> {
  if (typeof args !== 'object' || args === null)
    throw new Error('report() needs the arguments of the message');
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new Error(`the argument "${key}" of report() is neither a text nor a number`);
      return [key, String(value).slice(0, LONGEST)];
    }),
  );
}

function checkedPlace(at: unknown): FindingPlace {
  const { resource, path, related, evidence, confidence } = (at ?? {}) as Readonly<Record<string, unknown>>;
  if (!isResource(resource)) throw new Error('report() needs the resource that the finding is about');
  return {
    resource,
    ...(path === undefined ? {} : { path: checkedPath(path) }),
    related: listOf(related).filter(isResource),
    evidence: listOf(evidence).map((line) => String(line).slice(0, LONGEST)),
    confidence: confidence === 'likely' ? 'likely' : 'certain',
  };
}

function checkedPath(path: unknown): FieldPath {
  const isPath =
    Array.isArray(path) && path.every((step) => typeof step === 'string' || Number.isSafeInteger(step));
  if (!isPath) throw new Error('the path of a finding is a list of keys and indexes');
  return [...(path as FieldPath)];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 100) : [];
}

function isResource(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, metadata } = value as Partial<KubeObject>;
  return (
    typeof kind === 'string' &&
    typeof metadata?.name === 'string' &&
    (metadata.namespace === undefined || typeof metadata.namespace === 'string')
  );
}
