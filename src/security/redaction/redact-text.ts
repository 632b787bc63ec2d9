import { hasSecretName, SECRET_NAME_HINT } from '../../util/secret-names.ts';
import { hideInValue } from '../../util/secret-text.ts';
import { ADDRESS_RULES } from './address-rules.ts';
import { ASSIGNMENT_RULES, PARAMETER_RULES } from './assignment-rules.ts';
import { CLOUD_KEY_RULES } from './cloud-keys.ts';
import { COMMAND_RULES } from './command-rules.ts';
import { DER_RULE, DOCUMENT_RULES } from './document-rules.ts';
import { isMark, markOf, type OnSecret, ruleOfForm } from './mark.ts';
import { redactEncoded } from './redact-encoded.ts';
import { redactYamlSecrets } from './redact-yaml-secrets.ts';
import { redactYamlValues } from './redact-yaml-values.ts';
import { HEADER_RULES, type TextRule } from './rules.ts';

/** Longer texts take the rules for all texts: patterns over words without an end need room in proportion. */
const MOST_BASE64 = 4 * 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Base64 in base64 is looked into this deep. */
const DEEPEST = 4;

/**
 * A text (a value, a setting, a document) without the secrets in it: those with a form of their own, those that a name
 * beside them shows, and words that are base64 of such a text. A text without any is returned as it is, and one that
 * went through here before does not change again.
 */
export function redactText(text: string, onSecret: OnSecret, depth = 0): string {
  if (text.length < 8) return text;
  if (text.length > 64 && text.length < MOST_BASE64 && depth < DEEPEST && BASE64.test(text))
    return redactBase64(text, onSecret, depth);
  const clean = hideInValue(redactYamlSecrets(text, onSecret), (secret) =>
    replaced(secret, ruleOfForm(secret), onSecret),
  );
  const ruled = applyRules(clean, onSecret);
  return depth < DEEPEST ? inEncoded(ruled, onSecret, depth) : ruled;
}

/** A text that is base64 and nothing else holds no names; certificates are such texts, and long ones. */
function redactBase64(text: string, onSecret: OnSecret, depth: number): string {
  let clean = text;
  for (const rule of [DER_RULE, ...CLOUD_KEY_RULES])
    if (rule.hints.some((hint) => hint.test(text))) clean = applyRule(clean, rule, onSecret);
  return inEncoded(clean, onSecret, depth);
}

/** As `redactText` for what is encoded in a text that is known to hold nothing else. */
export function inEncoded(text: string, onSecret: OnSecret, depth = 0): string {
  return redactEncoded(
    text,
    (inner) => redactText(inner, onSecret, depth + 1),
    (packed) => replaced(packed, 'encoded', onSecret),
  );
}

const ALL_RULES: readonly TextRule[] = [
  ...DOCUMENT_RULES,
  DER_RULE,
  ...ADDRESS_RULES,
  ...PARAMETER_RULES,
  ...HEADER_RULES,
  ...CLOUD_KEY_RULES,
  ...ASSIGNMENT_RULES,
  ...COMMAND_RULES,
];

const ALL_HINTS: ReadonlySet<RegExp> = new Set(ALL_RULES.flatMap(({ hints }) => hints));
/** Names cost most to look for, so that they stay apart; what is left is looked for at once. */
const OTHER_HINTS = new RegExp(
  [...ALL_HINTS]
    .filter((hint) => hint !== SECRET_NAME_HINT)
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Whether a rule may find something in a text: of nearly all it tells at once that none does. */
export function mayHoldSecret(text: string): boolean {
  return OTHER_HINTS.test(text) || hasSecretName(text);
}

function applyRules(text: string, onSecret: OnSecret): string {
  if (!mayHoldSecret(text)) return text;
  let clean = redactYamlValues(text, onSecret);
  const hinted = new Map<RegExp, boolean>();
  const isHinted = (hint: RegExp): boolean => {
    const known = hinted.get(hint) ?? hint.test(text);
    hinted.set(hint, known);
    return known;
  };
  for (const rule of ALL_RULES) if (rule.hints.some(isHinted)) clean = applyRule(clean, rule, onSecret);
  return clean;
}

function applyRule(text: string, { pattern, accepts, id }: TextRule, onSecret: OnSecret): string {
  return text.replace(pattern, (...args: unknown[]) => {
    const all = String(args[0]);
    const { head = '', secret = '' } = args.at(-1) as Record<string, string | undefined>;
    if (isMark(secret) || secret.includes('[redacted') || accepts?.(secret.trimEnd()) === false) return all;
    const end = secret.endsWith('\n') ? '\n' : '';
    const indent = end === '' ? '' : (/^[ \t]*/.exec(secret)?.[0] ?? '');
    return head + indent + replaced(secret, id, onSecret) + end;
  });
}

function replaced(secret: string, rule: Parameters<OnSecret>[0], onSecret: OnSecret): string {
  if (isMark(secret)) return secret;
  onSecret(rule);
  return markOf(secret);
}
