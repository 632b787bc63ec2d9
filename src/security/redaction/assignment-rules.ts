// Data table: what stands beside a name such as `password`, in the ways in which languages and programs write it.
import { canBeSecret, SECRET_NAME_END, SECRET_NAME_HINT } from '../../util/secret-names.ts';
import { isRandom, isRandomWord } from './accepts.ts';
import type { TextRule } from './rules.ts';

/** What may close a name: `"password"`, `["password"]`, `:password`, `get("x-api-key")`. */
const CLOSED = '(?:\\\\{0,8}["\'`])?[\\])]{0,2}';
/** `=`, `:=`, `=>`, `==`, `~=`, and an assignment with a type: `: str =`, `<const> =`. */
const EQUALS = '[ \\t]*(?:[:=~!+]?=>?|<const>[ ]*=|:[ ]*[\\w.<>]{1,20}[ ]*=)[ \\t]*';
const BEFORE_QUOTE = `(?:${EQUALS}|[ \\t]*:[ \\t]*)b?`;
const NAME = `${SECRET_NAME_END}${CLOSED}`;

function rule(pattern: string, accepts: TextRule['accepts'], hint = SECRET_NAME_HINT): TextRule {
  return { id: 'named-value', hints: [hint], pattern: new RegExp(pattern, 'gim'), accepts };
}

/** In quotes, without quotes, and in texts that are encoded in another. The value may hold what does not end it. */
export const ASSIGNMENT_RULES: readonly TextRule[] = [
  rule(`(?<head>${NAME}${BEFORE_QUOTE}""")(?<secret>[^\\n]{1,4000}?)(?=""")`, canBeSecret),
  rule(`(?<head>${NAME}${BEFORE_QUOTE}")(?<secret>(?:\\\\.|[^"\\\\\\n])+)(?="(?!\\s*:))`, canBeSecret),
  rule(`(?<head>${NAME}${BEFORE_QUOTE}')(?<secret>(?:\\\\.|''|[^'\\\\\\n])+)(?=')`, canBeSecret),
  rule(`(?<head>${NAME}${BEFORE_QUOTE}\`)(?<secret>[^\`\\n]+)(?=\`)`, canBeSecret),
  rule(`(?<head>${NAME}${BEFORE_QUOTE}\\[=?\\[(?!redacted))(?<secret>[^\\]\\n]+)(?=\\])`, canBeSecret),
  rule(
    `(?<head>${NAME}${BEFORE_QUOTE}(?<quote>\\\\{1,8}"))(?<secret>[^\\n]{1,4000}?)(?=(?<!\\\\)\\k<quote>)`,
    canBeSecret,
  ),
  rule(
    `(?<head>${NAME}${EQUALS})(?<secret>[^\\s"'\`&;,=](?:[^\\s"'\`&;,]|,(?!\\s|[\\w.-]{1,60}=)){2,})`,
    canBeSecret,
  ),
  // Arguments of a call; in a list of words the next one is seldom a secret.
  rule(
    `(?<head>\\(\\s*["'][\\w.-]{0,60}?${SECRET_NAME_END}["']\\s*,\\s*["'])(?<secret>[^"'\\n]{3,})(?=["'])`,
    canBeSecret,
  ),
  rule(`(?<head>${SECRET_NAME_END}["']\\s*,\\s*["'])(?<secret>[^"'\\s,]{8,})(?=["'](?!\\s*:))`, isRandomWord),
  // In the midst of a line, a word behind a colon may be any word.
  rule(`(?<head>${NAME}[ ]?:[ \\t]*\\[?)(?<secret>[^\\s"'\`{}\\[\\],;&]{6,})`, isRandomWord),
  rule(`(?<head>${NAME} is[ \\t]+["']?)(?<secret>[^\\s"',;]{8,})`, isRandomWord),
  // In HTML, by code points, in URLs, in URLs in URLs.
  rule(
    `(?<head>${SECRET_NAME_END}&(?:quot|#34);\\s*:\\s*&(?:quot|#34);)(?<secret>[^\\s&"]{3,})`,
    canBeSecret,
  ),
  rule(`(?<head>${SECRET_NAME_END}\\\\+u0022\\s*:\\s*\\\\+u0022)(?<secret>[^\\s\\\\"]{3,})`, canBeSecret),
  rule(
    `(?<head>${SECRET_NAME_END}(?:%(?:25)?3D|(?:%22)?%(?:25)?3A(?:%20|\\+)?(?:%22)?))(?<secret>(?:[^\\s"'&;,%]|%(?!22|26|0A|2C|7D|3B)[0-9A-F]{2}){3,})`,
    canBeSecret,
    /%(?:25)?3[AD]/i,
  ),
];

/** Names that are secret as parameters of an address or cookies, with words behind them that look drawn by lot. */
export const PARAMETER_RULES: readonly TextRule[] = [
  {
    id: 'named-value',
    hints: [/signature=|security-token=|code=|ticket=|otp=|saml|assertion=|auth=|sig=/i],
    pattern:
      /(?<head>(?<![A-Za-z0-9])(?:x-amz-signature|x-goog-signature|x-amz-security-token|signature|sig|code|ticket|otp|samlresponse|samlrequest|wresult|(?:client_)?assertion|oauth_signature|auth)=)(?<secret>[^\s"'&;,]{10,})/gi,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: [/key=/i],
    pattern: /(?<head>[?&]key=)(?<secret>[\w%-]{20,})/gi,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: [/sess|sid=/i],
    pattern:
      /(?<head>(?<![A-Za-z0-9])(?:[\w.-]{0,40}?sess(?:ion)?(?:[-_]?id)?|(?:connect\.|[\w-]{0,20}_)?sid)=)(?<secret>[^\s"'&;,]{12,})/gi,
    accepts: isRandom,
  },
  {
    id: 'header',
    hints: [/digest/i],
    pattern: /(?<head>\bDigest\s[^\n]{0,600}?\bresponse=\\{0,4}["']?)(?<secret>[^"'\\\s,]{8,})/g,
  },
  {
    id: 'header',
    hints: [/bearer|basic/i],
    // Put together in code: `"Bearer " .. "…"`.
    pattern:
      /(?<head>\b(?:bearer|basic|token)[ ]?["'`][ ]*(?:\.\.|\+|\.|,)[ ]*["'`])(?<secret>[^"'`\n]{4,})/gi,
  },
  {
    id: 'header',
    hints: [/x-(?:[\w-]{0,40}-)?(?:auth|session|jwt)/i],
    // The headers of other names in which one proves who one is.
    pattern:
      /(?<head>(?<![\w-])["']?x-(?:[\w-]{0,40}-)?(?:auth|session|jwt)["']?[ ]*[:=,][ ]*["'[]{0,2})(?<secret>[^\s"',;\]]{6,})/gi,
    accepts: isRandom,
  },
];
