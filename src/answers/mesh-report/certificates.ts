import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { certificateDate } from '../../security/certificate.ts';
import { compareText } from '../../util/text.ts';
import { endsSoon } from '../certificate-expiry.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type { ReportCertificate, ReportCertificates } from './mesh-report.ts';

/** A certificate as one holder has it. Times in ms. */
export interface HeldCertificate {
  readonly role: ReportCertificate['role'];
  /** Empty where what was read does not tell it. */
  readonly name: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly begins: number;
  readonly ends: number;
  readonly holder: string;
}

/** Certificates that were found, and whose could not be read. */
export interface FoundCertificates {
  readonly held: readonly HeldCertificate[];
  readonly unread: ReportCertificates['unread'];
}

/** What a certificate is to one holder weighs more than what it is to another one. */
const ROLES: readonly ReportCertificate['role'][] = ['root', 'intermediate', 'workload', 'server'];

/**
 * Each certificate once with all who hold it, the first to end first. Envoy's page gives no fingerprint: serial number
 * and dates tell two certificates apart.
 */
export function reportCertificates(found: readonly FoundCertificates[], now: Date): ReportCertificates {
  const groups = new Map<string, HeldCertificate[]>();
  const unread: { who: string; why: string }[] = found.flatMap((one) => one.unread);
  for (const one of found.flatMap(({ held }) => held)) {
    if (!isDate(one.begins) || !isDate(one.ends)) {
      unread.push({ who: one.holder, why: 'the dates of a certificate can not be read' });
      continue;
    }
    const key = [shortSerial(one.serial), one.begins, one.ends].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const certificates = [...groups.values()].map((group) => certificate(group, now));
  certificates.sort((a, b) => compareText(a.notAfter, b.notAfter) || compareText(a.name, b.name));
  unread.sort((a, b) => compareText(a.who, b.who) || compareText(a.why, b.why));
  return { certificates, unread };
}

/**
 * Proxies that are known and could not be asked for their certificates, such as those whose pages were not recorded:
 * that they say nothing is no proof that all is well. The name of a cluster may be another one in a recording than Istio's.
 */
export function silentProxies(
  rows: readonly ProxyRow[],
  asked: readonly PodRef[],
): ReportCertificates['unread'] {
  const clusters = new Set(asked.map(({ cluster = '' }) => cluster));
  const names = new Set(asked.flatMap((pod) => [proxyId(pod), `${pod.cluster ?? ''}/${proxyId(pod)}`]));
  const silent = rows.filter(
    ({ proxy, cluster }) => !names.has(clusters.has(cluster) ? `${cluster}/${proxy}` : proxy),
  );
  const why = 'no page of it is at hand';
  if (silent.length === rows.length && rows.length > 1)
    return [{ who: 'the proxies', why: 'no page of a proxy is at hand' }];
  return silent.map(({ proxy }) => ({ who: proxy, why }));
}

function certificate(group: readonly HeldCertificate[], now: Date): ReportCertificate {
  const [first] = [...group].sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  const { role, serial, begins, ends } = first as HeldCertificate;
  const names = group.map(({ name }) => name).filter((name) => name !== '');
  return {
    role,
    name: names.sort(compareText)[0] ?? `(serial number ${shortSerial(serial).slice(0, 12)})`,
    serial: shortSerial(serial),
    notBefore: certificateDate(new Date(begins)),
    notAfter: certificateDate(new Date(ends)),
    state: stateOf(role, { begins, ends }, now),
    holders: [...new Set(group.map(({ holder }) => holder))].sort(compareText),
  };
}

function stateOf(
  role: ReportCertificate['role'],
  life: { readonly begins: number; readonly ends: number },
  now: Date,
): ReportCertificate['state'] {
  if (now.getTime() <= life.begins) return 'not yet valid';
  if (now.getTime() >= life.ends) return 'expired';
  // Those of gateways are renewed by people or by their controller, a month ahead, as MSH0014 has it.
  return endsSoon(role === 'server' ? 'intermediate' : role, life, now) ? 'soon' : 'valid';
}

/** The years that a date of a certificate can have at all. */
function isDate(ms: number): boolean {
  return Number.isFinite(ms) && ms > Date.UTC(1900, 0) && ms < Date.UTC(10_000, 0);
}

/** Two writers of the same number may put zeros in front, or not. */
function shortSerial(serial: string): string {
  return serial.toLowerCase().replace(/^0+(?=.)/, '');
}
