import { type Detail, explainDetails } from './code-details.ts';
import type { AccessEntry } from './entry.ts';
import type { Explanation, Severity } from './explanation.ts';
import { decisiveFlag, flagInfo } from './flags.ts';
import type { Side } from './side.ts';
import { explainZtunnelError } from './ztunnel-error.ts';

/** Why a request or connection ended as it did, from its one line alone. */
export function explainEntry(entry: AccessEntry, side: Side | undefined): Explanation {
  if (entry.proxy === 'ztunnel') return explainConnection(entry);
  const severity = severityOf(entry);
  const key = [entry.code, entry.flags.join(','), entry.details ?? '', entry.termination ?? ''].join(' ');
  if (severity === 'good') return { key: 'good', severity, what: 'answered' };
  return { key, severity, ...reasonOf(entry, side) };
}

function explainConnection(entry: AccessEntry): Explanation {
  if (entry.error === undefined) return { key: 'good', severity: 'good', what: 'connected' };
  const detail = explainZtunnelError(entry.error, entry);
  const isPolicy = /policy rejection|401 Unauthorized/.test(entry.error);
  return { key: `ztunnel ${detail.what}`, severity: isPolicy ? 'warn' : 'bad', ...detail };
}

function severityOf({ code, flags, termination }: AccessEntry): Severity {
  const mild = flags.length > 0 && flags.every((flag) => flagInfo(flag)?.isMild === true);
  if (code >= 500) return 'bad';
  if (flags.length > 0) return mild ? 'warn' : 'bad';
  if (code >= 400) return 'warn';
  return /denied/.test(termination ?? '') ? 'warn' : 'good';
}

function reasonOf(entry: AccessEntry, side: Side | undefined): Detail {
  const detail = explainDetails(entry, side);
  if (detail?.isFromUpstream === true) return fromUpstream(entry, side, detail);
  if (detail !== undefined) return detail;
  const flag = decisiveFlag(entry.flags);
  const known = flag === undefined ? undefined : flagInfo(flag);
  if (known !== undefined) return { what: known.meaning, why: known.cause, next: known.next };
  const said = entry.details ?? entry.termination ?? flag;
  return { what: said === undefined ? `the answer was ${entry.code}` : `ended with ${said}` };
}

/** At the called end the other side is the application itself. */
function fromUpstream(entry: AccessEntry, side: Side | undefined, detail: Detail): Detail {
  if (side !== 'server') return { ...detail, what: `${entry.code} came from the other side` };
  return {
    what: `the application answered ${entry.code}`,
    why: 'the proxy handed the request over and the answer back',
    next: "look at the application's own log",
  };
}
