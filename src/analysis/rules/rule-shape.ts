import { LEVELS } from '../message.ts';
import { CODE_PATTERN, type FieldShape } from '../settings/shape.ts';

/** `apiVersion` and `kind` of a rule. */
export const RULE = { apiVersion: 'meshscope.io/v1', kind: 'Rule' } as const;

/** The fields of a rule's `spec`. */
export const RULE_FIELDS = {
  code: {
    shape: { kind: 'text', says: 'a code of your own, such as ACM0001', pattern: CODE_PATTERN },
    description: 'The code of its findings: three letters of your own and four digits.',
    required: true,
  },
  level: {
    shape: { kind: 'word', words: LEVELS },
    description: 'How bad it is when the rule does not hold.',
    required: true,
  },
  match: {
    shape: {
      kind: 'fields',
      fields: {
        kinds: {
          shape: { kind: 'list', of: { kind: 'text', says: 'a kind, such as VirtualService' } },
          description: 'The kinds of the resources that the rule is about.',
          required: true,
        },
        namespaces: {
          shape: { kind: 'list', of: { kind: 'text', says: 'a namespace, with * for any text' } },
          description: 'Only resources of these namespaces; `!` in front leaves them out.',
        },
        selector: {
          shape: { kind: 'text', says: 'a label selector, such as app=ratings,tier!=test' },
          description: 'Only resources with these labels.',
        },
      },
    },
    description: 'The resources that the rule is about.',
    required: true,
  },
  expr: {
    shape: { kind: 'text', says: 'an expression in CEL' },
    description: 'What must hold for each of them, in CEL. A resource for which it is false has a finding.',
    required: true,
  },
  message: {
    shape: { kind: 'text', says: 'a sentence' },
    description: 'What is wrong, with `{{ CEL }}` and `{metadata.name}` in it.',
    required: true,
  },
  path: {
    shape: { kind: 'text', says: 'a field, such as spec.hosts' },
    description: 'The field that the finding stands at.',
  },
  why: {
    shape: { kind: 'text', says: 'a sentence' },
    description: 'Why it matters.',
    required: true,
  },
  fix: {
    shape: { kind: 'text', says: 'a sentence' },
    description: 'What to change.',
    required: true,
  },
  audit: {
    shape: { kind: 'flag' },
    description: 'Reported in the profiles `audit` and `all` only.',
  },
} as const satisfies Readonly<Record<string, FieldShape>>;
