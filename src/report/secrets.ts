import type { SecretEntry, SecretsAnswer } from '../answers/secrets.ts';
import { humanDuration } from '../util/duration.ts';
import { escapeLine } from '../util/text.ts';
import type { Cell } from './long-table.ts';
import type { ReportOptions } from './reporter.ts';
import { type Mark, markCell, markSymbol, type Style, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** All secrets of a proxy, one line each with the whole chain counted, problems under the table. */
export function secretsText({ secrets }: SecretsAnswer, options: ReportOptions): string {
  const style = styleFor(options.color);
  if (secrets.length === 0) return 'The proxy holds no secrets.\n';
  const rows = secrets.map((secret) => secretRow(secret, options, style));
  const problems = secrets.flatMap(({ name, problems }) =>
    problems.map(({ level, text }) => `${markSymbol(level, style)} ${escapeLine(`${name}: ${text}`)}\n`),
  );
  const header = ['', 'SECRET', 'STATE', 'HOLDS', 'FOR', 'EXPIRES', 'SERIAL'];
  return alignedTable(header, rows, options) + problems.join('');
}

function secretRow(secret: SecretEntry, options: ReportOptions, style: Style): Cell[] {
  const first = secret.certificates[0];
  return [
    markCell(markOf(secret), style),
    secret.name,
    secret.state,
    holds(secret),
    purpose(secret),
    expires(secret.expires, options.now),
    secret.role === 'certificate' || secret.certificates.length === 1 ? (first?.serial ?? '') : '',
  ];
}

function markOf({ problems }: SecretEntry): Mark {
  const [worst] = problems;
  return worst?.level ?? 'good';
}

function holds({ role, certificates }: SecretEntry): string {
  if (role === 'empty') return 'nothing';
  if (role === 'generic secret' || role === 'ticket keys') return role;
  const count = certificates.length;
  if (role === 'certificate') return count === 1 ? 'certificate' : `chain of ${count}`;
  return `${count} ${count === 1 ? 'root' : 'roots'}`;
}

/** Whom a certificate speaks for, or which trust domain or subject a root stands for. */
function purpose({ role, certificates, trustDomains }: SecretEntry): string {
  if (role === 'SPIFFE roots') return trustDomains.join(', ');
  const [first] = certificates;
  if (first === undefined) return '';
  if (role === 'certificate') return first.spiffeIds.at(-1) ?? first.subject;
  return certificates.length === 1 ? first.subject : `${first.subject} and ${certificates.length - 1} more`;
}

function expires(notAfter: string | undefined, now: Date): string {
  if (notAfter === undefined) return '';
  const left = Date.parse(notAfter) - now.getTime();
  return `${notAfter} (${left > 0 ? `in ${humanDuration(left)}` : 'expired'})`;
}
