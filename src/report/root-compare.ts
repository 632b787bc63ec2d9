import type { ComparedProxy, DirectedTrust, RootCompareAnswer } from '../answers/root-compare.ts';
import type { CertificateInfo } from '../answers/root-info.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { escapeLine } from '../util/text.ts';
import { lifeLeft } from './life-left.ts';
import type { ReportOptions } from './reporter.ts';
import { markSymbol, type Style, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** Two proxies: the verdict, each direction with the root or the reason, and the roots on either side. */
export function rootCompareText(answer: RootCompareAnswer, options: ReportOptions): string {
  const style = styleFor(options.color);
  const [a, b] = [label(answer.a), label(answer.b)];
  return [
    `${markSymbol(answer.verdict === 'both' ? 'good' : 'bad', style)} ${verdict(answer, a, b)}\n`,
    ...directionLines(a, b, answer.aAcceptsB, style),
    ...directionLines(b, a, answer.bAcceptsA, style),
    rootTable(answer, options, a, b),
    ...[answer.a, answer.b].flatMap((proxy) =>
      proxy.problems.map(
        (problem) => `  ${markSymbol('warn', style)} ${label(proxy)}: ${escapeLine(problem)}\n`,
      ),
    ),
  ].join('');
}

function verdict({ verdict, aAcceptsB }: RootCompareAnswer, a: string, b: string): string {
  if (verdict === 'both') return `${a} and ${b} accept each other's certificates`;
  if (verdict === 'none') return `${a} and ${b} refuse each other's certificates`;
  const aAccepts = aAcceptsB.every(({ accepted }) => accepted);
  return aAccepts ? `${a} accepts ${b}, but ${b} refuses ${a}` : `${b} accepts ${a}, but ${a} refuses ${b}`;
}

/** One line an outcome: a ztunnel presents many identities, and mostly all fare alike. */
function directionLines(
  verifier: string,
  presenter: string,
  directions: readonly DirectedTrust[],
  style: Style,
): string[] {
  const byOutcome = new Map<string, string[]>();
  for (const direction of directions) {
    const line = direction.accepted
      ? `accepts ${presenter} by root ${direction.root.subject} ${direction.root.fingerprint.slice(0, 16)}`
      : `refuses ${presenter}: ${direction.detail}`;
    byOutcome.set(line, [...(byOutcome.get(line) ?? []), direction.identity]);
  }
  return [...byOutcome].map(([line, identities]) => {
    const mark = markSymbol(line.startsWith('accepts') ? 'good' : 'bad', style);
    const count = directions.length > 1 ? ` (${identities.length} of ${directions.length} identities)` : '';
    return `  ${mark} ${verifier} ${escapeLine(line)}${count}\n`;
  });
}

function rootTable(answer: RootCompareAnswer, options: ReportOptions, a: string, b: string): string {
  const roots = new Map<string, CertificateInfo>();
  for (const root of [...answer.a.roots, ...answer.b.roots]) roots.set(root.fingerprint, root);
  const rows = [...roots.values()].map((root) => [
    root.subject || '(no subject)',
    root.fingerprint.slice(0, 16),
    `${root.notAfter.slice(0, 10)} (${lifeLeft(root, options.now)})`,
    trustedBy(root, answer, a, b),
  ]);
  return alignedTable(['ROOT', 'SHA-256', 'EXPIRES', 'TRUSTED BY'], rows, { ...options, indent: 2 });
}

function trustedBy(
  { fingerprint }: CertificateInfo,
  answer: RootCompareAnswer,
  a: string,
  b: string,
): string {
  if (answer.shared.includes(fingerprint)) return 'both';
  return answer.onlyA.includes(fingerprint) ? `only ${a}` : `only ${b}`;
}

function label({ proxy }: ComparedProxy): string {
  return escapeLine(proxyId(proxy));
}
