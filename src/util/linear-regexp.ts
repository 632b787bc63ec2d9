import { RegexpFault } from './regexp-classes.ts';
import { parseRegexp, type RegexpNode } from './regexp-syntax.ts';

/** The most steps of a compiled pattern: far more than anybody writes, and what can be walked for each character. */
const MOST_STEPS = 5_000;

type Step =
  | { readonly kind: 'match' }
  | { readonly kind: 'take'; readonly accepts: (code: number) => boolean; readonly next: number }
  | { readonly kind: 'assert'; readonly holds: (text: string, at: number) => boolean; readonly next: number }
  | { readonly kind: 'split'; readonly a: number; readonly b: number };

/** A pattern that is searched for in time linear in the text, whatever the pattern is. */
export interface LinearRegexp {
  /** How many steps the pattern has: a search takes at most that many times the length of the text. */
  readonly size: number;
  test(text: string): boolean;
  /** Start and end of the first match at or behind `from`, the longest of those that begin there; linear, too. */
  find(text: string, from?: number): readonly [number, number] | undefined;
}

/**
 * Compiles a pattern in the syntax of RE2 (no look-around, no back-references), which Go, Envoy and Kubernetes use and
 * JavaScript's own engine can be made to hang with. Throws `RegexpFault` for what that syntax does not know, and for a
 * pattern that is too large.
 */
export function linearRegexp(pattern: string): LinearRegexp {
  const steps: Step[] = [{ kind: 'match' }];
  const push = (step: Step): number => {
    if (steps.length >= MOST_STEPS) throw new RegexpFault('the pattern is too large');
    return steps.push(step) - 1;
  };
  const start = emit(parseRegexp(pattern), 0, push, steps);
  return {
    size: steps.length,
    test: (text) => search(steps, start, text),
    find: (text, from = 0) => firstMatch(steps, start, text, from),
  };
}

function emit(node: RegexpNode, next: number, push: (step: Step) => number, steps: Step[]): number {
  switch (node.kind) {
    case 'set':
      return push({ kind: 'take', accepts: node.accepts, next });
    case 'assert':
      return push({ kind: 'assert', holds: node.holds, next });
    case 'sequence':
      return node.items.reduceRight((behind, item) => emit(item, behind, push, steps), next);
    case 'choice':
      return node.items
        .map((item) => emit(item, next, push, steps))
        .reduceRight((b, a) => push({ kind: 'split', a, b }));
    case 'repeat':
      return emitRepeat(node, next, push, steps);
  }
}

function emitRepeat(
  { item, min, max }: Extract<RegexpNode, { kind: 'repeat' }>,
  next: number,
  push: (step: Step) => number,
  steps: Step[],
): number {
  let at = next;
  if (max === undefined) {
    at = push({ kind: 'split', a: next, b: next });
    steps[at] = { kind: 'split', a: emit(item, at, push, steps), b: next };
  } else {
    for (let count = min; count < max; count++)
      at = push({ kind: 'split', a: emit(item, at, push, steps), b: next });
  }
  for (let count = 0; count < min; count++) at = emit(item, at, push, steps);
  return at;
}

/** All ways through the pattern are walked at once, one character after the other. */
function search(steps: readonly Step[], start: number, text: string): boolean {
  // The position at which a step was reached last: each is looked at once for each character.
  const seen = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  for (let at = 0; ; ) {
    const reached = follow(steps, [...current, start], seen, text, at);
    if (reached === undefined) return true;
    const code = text.codePointAt(at);
    if (code === undefined) return false;
    current = [];
    for (const step of reached) if (step.accepts(code)) current.push(step.next);
    at += code > 0xffff ? 2 : 1;
  }
}

/** The steps that take a character and can be reached from others without one; `undefined` when the end is reached. */
function follow(
  steps: readonly Step[],
  pending: number[],
  seen: Int32Array,
  text: string,
  at: number,
): Extract<Step, { kind: 'take' }>[] | undefined {
  const reached: Extract<Step, { kind: 'take' }>[] = [];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const step = steps[index];
    if (step === undefined || seen[index] === at) continue;
    seen[index] = at;
    if (step.kind === 'match') return undefined;
    if (step.kind === 'take') reached.push(step);
    else if (step.kind === 'split') pending.push(step.a, step.b);
    else if (step.holds(text, at)) pending.push(step.next);
  }
  return reached;
}

/** All ways through the pattern side by side, each with the place that it began at: the first beginning wins. */
function firstMatch(
  steps: readonly Step[],
  start: number,
  text: string,
  from: number,
): readonly [number, number] | undefined {
  let current: (readonly [step: number, began: number])[] = [];
  let best: readonly [number, number] | undefined;
  const seen = new Int32Array(steps.length).fill(-1);
  for (let at = from; ; ) {
    const pending = best === undefined ? [...current, [start, at] as const] : current;
    const next: (readonly [number, number])[] = [];
    const code = text.codePointAt(at);
    // Those that began first are followed first, and a step is followed once for each character.
    for (const [first, began] of pending) {
      if (best !== undefined && began > best[0]) break;
      const open = [first];
      for (let index = open.pop(); index !== undefined; index = open.pop()) {
        const step = steps[index];
        if (step === undefined || seen[index] === at) continue;
        seen[index] = at;
        if (step.kind === 'match') best = [began, at];
        else if (step.kind === 'split') open.push(step.a, step.b);
        else if (step.kind === 'assert') {
          if (step.holds(text, at)) open.push(step.next);
        } else if (code !== undefined && step.accepts(code)) next.push([step.next, began]);
      }
    }
    if (code === undefined || (best !== undefined && next.length === 0)) return best;
    current = next;
    at += code > 0xffff ? 2 : 1;
  }
}
