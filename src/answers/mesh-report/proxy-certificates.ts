import { certsOf, type PageCertificate } from '../../envoy/certs-page.ts';
import { type DumpedCertificate, hexSerial, unavailableReason } from '../../ztunnel/certificate.ts';
import type { ZtunnelDump } from '../../ztunnel/dump.ts';
import { splitChain } from '../ztunnel-certificates.ts';
import type { FoundCertificates, HeldCertificate } from './certificates.ts';

/** Who trusts more authorities than this at one place trusts the public ones: nobody in the mesh renews those. */
const MOST_TRUSTED = 16;

/** The certificates of an Envoy by its admin page `certs`. `holder` is its proxy ID; one that has none is unread. */
export function envoyCertificates(page: unknown, holder: string): FoundCertificates {
  const contexts = certsOf(page);
  const held = contexts.flatMap(({ trusted, presented }) => [
    ...(trusted.length > MOST_TRUSTED ? [] : trusted.map((one) => fromPage(one, 'root', holder))),
    ...presented.map((one, index) => fromPage(one, index > 0 ? 'intermediate' : leafRole(one), holder)),
  ]);
  const isEmpty = contexts.every(({ trusted, presented }) => trusted.length + presented.length === 0);
  return { held: once(held), unread: isEmpty ? [{ who: holder, why: 'its Envoy holds none' }] : [] };
}

function leafRole({ names }: PageCertificate): HeldCertificate['role'] {
  return names.some((name) => name.startsWith('spiffe://')) ? 'workload' : 'server';
}

function fromPage(
  { names, serial, validFrom, expirationTime }: PageCertificate,
  role: HeldCertificate['role'],
  holder: string,
): HeldCertificate {
  const name = names.find((one) => one.startsWith('spiffe://')) ?? names.slice(0, 3).join(', ');
  return { role, name, serial, begins: Date.parse(validFrom), ends: Date.parse(expirationTime), holder };
}

/** The page repeats the proxy's own certificate for every cluster. */
function once(held: readonly HeldCertificate[]): readonly HeldCertificate[] {
  return [...new Map(held.map((one) => [`${one.role} ${one.serial} ${one.ends}`, one])).values()];
}

/** The certificates that a ztunnel holds for the workloads of its node; one that it could not get is unread. */
export function ztunnelHeld(
  { certificates }: Pick<ZtunnelDump, 'certificates'>,
  holder: string,
): FoundCertificates {
  const held = certificates.flatMap((entry) => {
    const { chain, roots } = splitChain(entry);
    return [
      ...chain.map((one, index) =>
        fromDump(one, index === 0 ? 'workload' : 'intermediate', holder, entry.identity),
      ),
      ...roots.map((one) => fromDump(one, 'root', holder, entry.identity)),
    ];
  });
  const unread = certificates.flatMap((entry) => {
    const why = unavailableReason(entry);
    return why === undefined ? [] : [{ who: `${entry.identity} at ${holder}`, why: `not issued: ${why}` }];
  });
  return { held: once(held), unread };
}

function fromDump(
  certificate: DumpedCertificate,
  role: HeldCertificate['role'],
  holder: string,
  identity: string,
): HeldCertificate {
  return {
    role,
    name: role === 'workload' ? identity : '',
    serial: hexSerial(certificate),
    begins: Date.parse(certificate.validFrom),
    ends: Date.parse(certificate.expirationTime),
    holder,
  };
}
