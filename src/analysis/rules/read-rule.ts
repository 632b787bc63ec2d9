import type { ConfigResource, ResourceOrigin } from '../../config/resource.ts';
import { parseSelector } from '../../kube/selector.ts';
import { KINDS, type Kind } from '../../mesh/kinds.ts';
import { asObject, asString, asStrings, field } from '../../util/json.ts';
import { nearest } from '../../util/text.ts';
import type { FieldPath } from '../finding.ts';
import type { Level } from '../message.ts';
import { codeProblem } from '../own-code.ts';
import { checkShape } from '../settings/check-shape.ts';
import { RULE, RULE_FIELDS } from './rule-shape.ts';

/** A rule as it is written, with its fields checked; its expressions are compiled later. */
export interface Rule {
  readonly name: string;
  readonly code: string;
  readonly level: Level;
  readonly kinds: readonly Kind[];
  readonly namespaces: readonly string[];
  readonly selector: string | undefined;
  readonly expr: string;
  readonly message: string;
  readonly path: string | undefined;
  readonly why: string;
  readonly fix: string;
  readonly audit: boolean;
  readonly origin: ResourceOrigin;
}

/** What is wrong with a rule, at a place in its file. */
export class RuleFault extends Error {
  constructor(
    message: string,
    readonly file: string,
    readonly line: number,
    readonly column: number,
    readonly near: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The fault of a field of a rule, or of a character of it. */
export function ruleFault(
  origin: ResourceOrigin,
  path: FieldPath,
  message: string,
  {
    near = [],
    character,
  }: { readonly near?: readonly string[]; readonly character?: number | undefined } = {},
): RuleFault {
  const { line, column } =
    character === undefined ? origin.field(path, 'value') : origin.character(path, character);
  return new RuleFault(message, origin.file, line, column, near);
}

/** Whether a resource is a rule. */
export function isRule({ object }: ConfigResource): boolean {
  return object.apiVersion === RULE.apiVersion && object.kind === RULE.kind;
}

/** Reads a rule. Throws `RuleFault` for the first thing that is wrong with it. */
export function readRule({ object, origin }: ConfigResource): Rule {
  const spec = object['spec'];
  const [problem] = checkShape({ kind: 'fields', fields: RULE_FIELDS }, spec, ['spec']);
  if (problem !== undefined) throw ruleFault(origin, problem.path, problem.message, { near: problem.near });
  const text = (key: string): string => asString(field(spec, key)) ?? '';
  const match = asObject(field(spec, 'match'));
  const rule: Rule = {
    name: object.metadata.name,
    code: text('code'),
    level: text('level') as Level,
    kinds: asStrings(match?.['kinds']).map((kind, index) => knownKind(kind, index, origin)),
    namespaces: asStrings(match?.['namespaces']),
    selector: asString(match?.['selector']),
    expr: text('expr'),
    message: text('message'),
    path: asString(field(spec, 'path')),
    why: text('why'),
    fix: text('fix'),
    audit: field(spec, 'audit') === true,
    origin,
  };
  const code = codeProblem(rule.code);
  if (code !== undefined) throw ruleFault(origin, ['spec', 'code'], code);
  if (rule.kinds.length === 0) throw ruleFault(origin, ['spec', 'match', 'kinds'], 'it names no kind');
  if (rule.selector !== undefined && parseSelector(rule.selector) === undefined)
    throw ruleFault(origin, ['spec', 'match', 'selector'], `"${rule.selector}" is no label selector`);
  return rule;
}

function knownKind(kind: string, index: number, origin: ResourceOrigin): Kind {
  if (Object.hasOwn(KINDS, kind)) return kind as Kind;
  throw ruleFault(
    origin,
    ['spec', 'match', 'kinds', index],
    `the kind "${kind.slice(0, 40)}" is not analyzed`,
    {
      near: nearest(kind, Object.keys(KINDS)),
    },
  );
}
