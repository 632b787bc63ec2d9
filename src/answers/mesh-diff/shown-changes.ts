import type { KubeObject } from '../../kube/object.ts';
import { redactJson } from '../../security/redaction/redact-json.ts';
import { isSameJson } from '../../util/same-json.ts';
import { fieldChanges, type RawChange, type Steps, valueAt } from './field-changes.ts';

/** A field in which the same object differs between two moments. */
export interface FieldChange {
  /** `spec.template.spec.containers[app].image`. */
  readonly path: string;
  readonly change: RawChange['change'];
  /** What it was and what it became; absent for secrets, and on the side that lacks it. */
  readonly from?: unknown;
  readonly to?: unknown;
  /** It is a secret: that it differs is all that is said. */
  readonly secret?: true | undefined;
}

/** What of two objects differs, and how many values could not be compared as a recording holds a mark in their place. */
export interface ShownChanges {
  readonly changes: readonly FieldChange[];
  readonly hidden: number;
}

/** A mark, in quotes or not: recordings of one secret may differ in how the text around it was written. */
const MARK = /(["']?)(\[redacted[^\]]*\])\1/gi;
const BASE64_MARK = 'W3JlZGFjdGVk';
const NONE: ShownChanges = { changes: [], hidden: 0 };

/**
 * The differences of two objects without their secrets. Of a secret that both sides hold it is said that it differs; one
 * that a side holds only the mark of is not compared, unless both hold the fingerprints of keys.
 */
export function shownChanges(left: KubeObject, right: KubeObject): ShownChanges {
  const raw = fieldChanges(left, right);
  if (raw.length === 0) return NONE;
  const isSecret = left.kind === 'Secret' || right.kind === 'Secret';
  const clean = { left: redactJson(left, ignore), right: redactJson(right, ignore) };
  const changes: FieldChange[] = [];
  let hidden = 0;
  for (const one of raw) {
    const values = valuesOf(one, { left, right });
    const shown = valuesOf(one, clean);
    if (one.change === 'changed' && isHiddenSame(shown.from, shown.to)) {
      if (hasMark(values.from) || hasMark(values.to)) hidden++;
      else changes.push({ path: one.path, change: one.change, secret: true });
      continue;
    }
    const isValue = isSecret && isSecretValue(one.left ?? one.right ?? []);
    if (isValue) changes.push({ path: one.path, change: one.change, secret: true });
    else if (one.change === 'moved') changes.push({ path: one.path, change: one.change });
    else changes.push({ path: one.path, change: one.change, ...shown });
  }
  return { changes, hidden };
}

function ignore(): void {}

function valuesOf(
  { left, right }: Pick<RawChange, 'left' | 'right'>,
  of: { readonly left: unknown; readonly right: unknown },
): Pick<FieldChange, 'from' | 'to'> {
  return {
    ...(left === undefined ? {} : { from: valueAt(of.left, left) }),
    ...(right === undefined ? {} : { to: valueAt(of.right, right) }),
  };
}

function isSecretValue([top]: Steps): boolean {
  return top === 'data' || top === 'stringData';
}

/** Whether two values are the same but for what stands in the place of secrets; the fingerprints of two keys differ. */
function isHiddenSame(left: unknown, right: unknown): boolean {
  const marks = { left: [] as string[], right: [] as string[] };
  const [a, b] = [unmarked(left, marks.left), unmarked(right, marks.right)];
  if (marks.left.length === 0 || marks.right.length === 0 || !isSameJson(a, b)) return false;
  return !marks.left.some((mark, index) => {
    const other = marks.right[index];
    return /sha256:/.test(mark) && /sha256:/.test(other ?? '') && mark !== other;
  });
}

/** The value with one mark in the place of all kinds of them, which are put into `marks`. */
function unmarked(value: unknown, marks: string[], depth = 0): unknown {
  if (typeof value === 'string') {
    const text = value.startsWith(BASE64_MARK) ? Buffer.from(value, 'base64').toString('latin1') : value;
    return text.replace(MARK, (_, _quote: string, mark: string) => {
      marks.push(mark);
      return '[redacted]';
    });
  }
  if (typeof value !== 'object' || value === null || depth > 100) return value;
  if (Array.isArray(value)) return value.map((one) => unmarked(one, marks, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, unmarked(one, marks, depth + 1)]),
  );
}

function hasMark(value: unknown): boolean {
  const marks: string[] = [];
  unmarked(value, marks);
  return marks.length > 0;
}
