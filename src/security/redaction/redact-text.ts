import { hideInValue } from '../../util/secret-text.ts';
import { DER_RULE, DOCUMENT_RULES } from './document-rules.ts';
import { isMark, markOf, type OnSecret, ruleOfForm } from './mark.ts';
import { redactYamlSecrets } from './redact-yaml-secrets.ts';
import { TEXT_RULES, type TextRule } from './rules.ts';

/** Base64 of a text, long enough to hold a name and a secret. */
const BASE64 = /^[A-Za-z0-9+/]{16,}={0,2}\s*$/;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;
/** Longer ones are files, which are looked at as files. */
const MOST_BASE64 = 1024 * 1024;

/**
 * A text (a value, a setting, a document) without the secrets in it: those with a form of their own, those that a name
 * beside them shows, and texts that are base64 of such a text. A text without any is returned as it is, and one that
 * went through here before does not change again.
 */
export function redactText(text: string, onSecret: OnSecret): string {
  if (text.length < 8) return text;
  if (BASE64.test(text) && text.length < MOST_BASE64) return redactBase64(text, onSecret);
  const clean = hideInValue(redactYamlSecrets(text, onSecret), (secret) =>
    replaced(secret, ruleOfForm(secret), onSecret),
  );
  return applyRules(clean, onSecret);
}

const ALL_RULES = [...DOCUMENT_RULES, DER_RULE, ...TEXT_RULES];

/** What any rule looks for: one pass over a text tells that none applies, which is so of nearly all. */
const ANY_HINT = new RegExp(
  [...new Set(ALL_RULES.flatMap(({ hints }) => hints))]
    .map((hint) => hint.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|'),
  'i',
);

function applyRules(text: string, onSecret: OnSecret): string {
  if (!ANY_HINT.test(text)) return text;
  const lower = text.toLowerCase();
  let clean = text;
  for (const rule of ALL_RULES)
    if (rule.hints.some((hint) => lower.includes(hint))) clean = applyRule(clean, rule, onSecret);
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

/** Base64 of a text that holds a secret, as base64 of that text without it. */
function redactBase64(base64: string, onSecret: OnSecret): string {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  if (!PRINTABLE.test(text)) return applyRule(base64, DER_RULE, onSecret);
  const clean = redactText(text, onSecret);
  return clean === text ? base64 : Buffer.from(clean, 'latin1').toString('base64');
}

function replaced(secret: string, rule: Parameters<OnSecret>[0], onSecret: OnSecret): string {
  if (isMark(secret)) return secret;
  onSecret(rule);
  return markOf(secret);
}
