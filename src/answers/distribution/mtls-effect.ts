import type { ConfigDump } from '../../envoy/dump.ts';
import { listenerEntries } from '../../envoy/entry.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type MtlsMode, serverMtls } from '../../security/server-mtls.ts';
import { asObject, asObjects, asString, field } from '../../util/json.ts';
import type { Candidate } from './selects.ts';

/** Name of the listener that takes what comes in to a pod with a sidecar. */
const INBOUND = 'virtualInbound';

/**
 * What a sidecar takes where no port has a rule of its own, by the chains of its inbound listener; `undefined` when it
 * has none.
 */
export function inboundMode(dump: ConfigDump): MtlsMode | undefined {
  const entries = dump.has('Listeners') ? listenerEntries(dump) : [];
  const listener = entries.find(({ name, state }) => name === INBOUND && state === 'active');
  const chains = asObjects(field(listener?.message, 'filter_chains')).filter((chain) => {
    const name = asString(chain['name']) ?? '';
    return name === INBOUND || name === `${INBOUND}-catchall-http`;
  });
  if (chains.length === 0) return undefined;
  const isTls = (chain: (typeof chains)[number]): boolean =>
    asObject(chain['transport_socket']) !== undefined;
  if (chains.every(isTls)) return 'STRICT';
  return chains.some(isTls) ? 'PERMISSIVE' : 'DISABLE';
}

/** The mode that an object asks of a sidecar, or which other one decides there; `undefined` when neither can be told. */
export function wantedMode(
  object: KubeObject,
  peers: readonly KubeObject[],
  { namespace, labels }: Candidate,
  rootNamespace: string,
): { readonly mode: MtlsMode } | { readonly by: string } | undefined {
  if (labels === undefined || field(object, 'spec', 'portLevelMtls') !== undefined) return undefined;
  const { mode, by } = serverMtls(peers, { namespace, labels }, 0, rootNamespace);
  if (by === `${object.metadata.namespace ?? ''}/${object.metadata.name}`) return { mode };
  return by === undefined ? undefined : { by };
}
