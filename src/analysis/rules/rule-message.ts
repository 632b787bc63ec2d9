import { CelFault } from '../../config/cel/cel-fault.ts';
import { plainValue } from '../../config/cel/cel-value.ts';
import { pathSteps } from '../finding.ts';
import { compileExpression, type RuleExpression } from './rule-language.ts';

/** A part of a message: text as it is, an expression, or a field of the resource. */
export type MessagePart =
  | { readonly text: string }
  | { readonly expression: RuleExpression }
  | { readonly field: readonly (string | number)[] };

const LONGEST = 500;

/** Reads a message with `{{ CEL }}` and `{field.path}` in it. Throws `CelFault` with the offset in the message. */
export function readMessage(message: string): readonly MessagePart[] {
  const parts: MessagePart[] = [];
  let end = 0;
  for (const match of message.matchAll(/\{\{([\s\S]*?)\}\}|\{([A-Za-z_][\w.[\]"/-]*)\}/g)) {
    parts.push({ text: message.slice(end, match.index) });
    end = match.index + match[0].length;
    if (match[2] !== undefined) parts.push({ field: pathSteps(match[2]) });
    else parts.push({ expression: expressionAt(match[1] ?? '', match.index + 2) });
  }
  return [...parts, { text: message.slice(end) }];
}

function expressionAt(text: string, offset: number): RuleExpression {
  try {
    return compileExpression(text);
  } catch (error) {
    if (!(error instanceof CelFault)) throw error;
    throw new CelFault(error.message, offset + (error.offset ?? 0));
  }
}

/** The message for one resource. What can't be said is said so: the finding itself holds. */
export function renderParts(
  parts: readonly MessagePart[],
  variables: Readonly<Record<string, unknown>>,
): string {
  const text = parts.map((part) => {
    if ('text' in part) return part.text;
    if ('field' in part) return shown(plainValue(memberAt(variables['object'], part.field)));
    try {
      return shown(plainValue(part.expression.program.run(variables)));
    } catch (error) {
      return `(${error instanceof Error ? error.message : String(error)})`;
    }
  });
  const whole = text.join('').replace(/\s+/g, ' ').trim();
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
}

function memberAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (at instanceof Map) return at.get(String(step)) as unknown;
    return Array.isArray(at) && typeof step === 'number' ? at[step] : undefined;
  }, value);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '(not set)';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
  return typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);
}
