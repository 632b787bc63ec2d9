import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import type { ZtunnelCertificates } from '../../answers/ztunnel-certificates.ts';
import { humanDuration } from '../../util/duration.ts';
import { type DumpedCertificate, hexSerial } from '../../ztunnel/certificate.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { Reporter, ReportOptions } from '../reporter.ts';
import { markSymbol, styleFor } from '../style.ts';
import { wrapLines } from '../wrap.ts';
import { concernTable } from './concern-table.ts';

/** Our table of certificates, one line an identity: those that keep connections from working first. */
export function certificatesTable({ rows, roots }: ZtunnelCertificates, options: ReportOptions): string {
  return concernTable(
    {
      noun: 'identity',
      header: ['IDENTITY', 'STATE', 'EXPIRES', 'SERIAL'],
      rows: rows.map(({ entry, state, leaf, concern }) => ({
        cells: [entry.identity, state, endOf(leaf, options.now), leaf === undefined ? '-' : hexSerial(leaf)],
        concern,
      })),
      total: rows.length,
      summary: rootsText(roots, options.now),
    },
    options,
  );
}

function rootsText(roots: readonly DumpedCertificate[], now: Date): string {
  const [first] = roots;
  if (first === undefined) return 'no root is trusted yet';
  const which =
    roots.length === 1 ? '1 root is trusted, it ends' : `${roots.length} roots are trusted, the first ends`;
  return `${which} ${endOf(first, now)} (serial ${hexSerial(first)})`;
}

function endOf(certificate: DumpedCertificate | undefined, now: Date): string {
  const end = Date.parse(certificate?.expirationTime ?? '');
  if (Number.isNaN(end)) return '-';
  const left = end - now.getTime();
  return left > 0 ? `in ${humanDuration(left)}` : `${humanDuration(-left)} ago`;
}

/**
 * Reports the certificates of one ztunnel in our table. Of several, only those with a concern are listed: the others are
 * counted.
 */
export const certificatesReport: Reporter<ProxyAnswers<ZtunnelCertificates>> = (answer, options) =>
  answer.several ? severalText(answer, options) : eachProxy(certificatesTable)(answer, options);

function severalText({ proxies }: ProxyAnswers<ZtunnelCertificates>, options: ReportOptions): string {
  const held = proxies.flatMap(({ label, value }) => value.rows.map((row) => ({ ztunnel: label, ...row })));
  const roots = new Map(proxies.flatMap(({ value }) => value.roots).map((root) => [root.serialNumber, root]));
  const concerned = held.filter(({ concern }) => concern !== undefined);
  const ends = held.flatMap(({ leaf }) => leaf ?? []).sort((a, b) => endMs(a) - endMs(b));
  const first = ends[0] === undefined ? '' : `, the first certificate ends ${endOf(ends[0], options.now)}`;
  const where = `on ${proxies.length} ${proxies.length === 1 ? 'ztunnel' : 'ztunnels'}`;
  const summary = `${where}${first}; ${rootsText(
    [...roots.values()].sort((a, b) => endMs(a) - endMs(b)),
    options.now,
  )}; a pod or --node lists them`;
  const verdict = concernTable(
    {
      noun: 'identity',
      header: ['ZTUNNEL', 'IDENTITY', 'STATE', 'EXPIRES'],
      rows: concerned.map(({ ztunnel, entry, state, leaf, concern }) => ({
        cells: [ztunnel, entry.identity, state, endOf(leaf, options.now)],
        concern,
      })),
      total: held.length,
      judged: held.length,
      summary,
    },
    options,
  );
  if (concerned.length > 0) return verdict;
  const style = styleFor(options.color);
  const line = `${markSymbol('good', style)} ${held.length} ${held.length === 1 ? 'identity' : 'identities'} ${summary}`;
  return `${wrapLines(line, options.width)}\n`;
}

function endMs({ expirationTime }: DumpedCertificate): number {
  return Date.parse(expirationTime);
}
