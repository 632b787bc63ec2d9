// Data table: logins in addresses, and in what databases are reached by.
import { isRandom } from './accepts.ts';
import type { TextRule } from './rules.ts';

/** A character of a login in an address: `%40` stands for one. */
const CHAR = `(?:[^\\s/@"'?#%<>]|%[0-9A-Fa-f]{2})`;
/** Schemes whose users put a password with a slash or an at sign into an address as it is. */
const STORES =
  'amqps?|postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|rediss?|kafka|nats|smtps?|ldaps?|s?ftp|clickhouse|cockroachdb|sqlserver';

/** Applied to texts that hold an address. */
export const ADDRESS_RULES: readonly TextRule[] = [
  {
    id: 'named-value',
    hints: [/:\/\//i],
    pattern: new RegExp(
      `(?<head>\\b(?:${STORES})://[^\\s/:@"'?#]{0,100}:)(?<secret>[^\\s"'<>]{1,300})(?=@[\\w.[-])`,
      'gi',
    ),
  },
  {
    id: 'named-value',
    hints: [/:\/\//i],
    pattern: new RegExp(`(?<head>://[^\\s/:@"'?#]{0,100}:)(?<secret>${CHAR}{1,300})(?=@)`, 'g'),
  },
  {
    id: 'named-value',
    hints: [/%3a%2f%2f/i],
    // An address in an address.
    pattern: /(?<head>%3A%2F%2F[\w.~-]{0,100}%3A)(?<secret>[\w.~-]{1,300})(?=%40)/gi,
  },
  {
    id: 'named-value',
    hints: [/:\/\//i],
    // A token in the place of the user.
    pattern:
      /(?<head>\b(?:https?|ssh|git\+https?|git\+ssh|wss?):\/\/)(?<secret>[^\s/:@"'?#]{16,300})(?=@[\w.-])/g,
    accepts: isRandom,
  },
  {
    id: 'named-value',
    hints: [/jdbc:oracle/i],
    pattern: /(?<head>jdbc:oracle:[a-z]{1,10}:[^\s/:@]{1,80}\/)(?<secret>[^\s@"']{1,200})(?=@)/gi,
  },
  {
    id: 'named-value',
    hints: [/@tcp\(|@unix\(/i],
    pattern: /(?<head>(?<![\w:/])[\w.-]{1,80}:)(?<secret>[^\s:@/"']{1,200})(?=@(?:tcp|unix)\()/g,
  },
];
