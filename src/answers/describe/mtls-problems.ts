import type { KubeObject } from '../../kube/object.ts';
import type { MtlsOutcome, ServerSide } from '../../security/mtls-outcome.ts';
import { counted } from '../../util/counted.ts';
import type { CallOutcome } from './client-calls.ts';
import { type DescribeProblem, listed } from './problem.ts';

type Failure = Extract<MtlsOutcome, { kind: 'fails' }>;
type FailedServer = CallOutcome['servers'][number] & { readonly outcome: Failure };

/** Calls to a service that fail because client and server do not agree on mTLS; one problem a group of clients. */
export function mtlsProblems(service: KubeObject, calls: readonly CallOutcome[]): DescribeProblem[] {
  const groups = new Map<string, CallOutcome[]>();
  for (const call of calls) {
    const why = failed(call)[0]?.outcome.why;
    if (why === undefined) continue;
    const { view, subset, setting } = call;
    const key = JSON.stringify([view.who, why, subset, setting?.by, setting?.path]);
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()].flatMap((group) => problemOf(service, group));
}

function failed(call: CallOutcome): readonly FailedServer[] {
  return call.servers.filter((one): one is FailedServer => one.outcome.kind === 'fails');
}

function problemOf(service: KubeObject, calls: readonly CallOutcome[]): DescribeProblem[] {
  const [first] = calls;
  const servers = first === undefined ? [] : failed(first);
  const [server] = servers;
  if (first === undefined || server === undefined) return [];
  const name = service.metadata.name;
  const all = servers.length === first.servers.length;
  const pods = all ? '' : ` (${servers.length} of ${counted(first.servers.length, 'pod')})`;
  const ports = listed(calls.map(({ port }) => String(port)));
  const from =
    first.view.who === 'clients' ? '' : ` from ${first.view.who.replace('clients in ', 'namespace ')}`;
  const subset = first.subset === undefined ? '' : `subset ${first.subset} of `;
  const rule = first.setting && `DestinationRule ${first.setting.by}`;
  const told = textsOf(server.outcome.why, rule, server.side, first.setting?.path);
  return [
    {
      level: 'bad',
      kind: `mtls-${server.outcome.why}`,
      text: `calls${from} to ${subset}${name}${pods} fail: ${told.text}`,
      where: told.where,
      why: `port${calls.length > 1 ? 's' : ''} ${ports}: ${told.why}; ${server.outcome.symptom}`,
      next: told.next,
    },
  ];
}

function textsOf(
  why: Failure['why'],
  rule: string | undefined,
  side: ServerSide,
  path: string | undefined,
): { text: string; where: string; why: string; next: string } {
  const peer = peerText(side);
  const client = rule === undefined ? 'automatic mTLS is off for its namespace' : `${rule} ${path ?? ''}`;
  if (why === 'plain-to-strict') {
    return {
      text: `${rule === undefined ? 'clients send plain text' : `${rule} turns TLS off`}, the server takes only mTLS`,
      where: `${client}; ${peer}`,
      why: 'clients send plain text, which the proxy of the server closes',
      next:
        rule === undefined
          ? 'give the namespace a PeerAuthentication that is not DISABLE: clients do not see settings of single workloads'
          : `remove ${path} from ${rule}, which makes mTLS automatic, or set mode: ISTIO_MUTUAL`,
    };
  }
  if (why === 'mtls-to-plain') {
    const isBare = side.kind === 'no-proxy';
    return {
      text: `${rule} forces mTLS, ${isBare ? 'the pods have no proxy' : 'the server takes only plain text'}`,
      where: isBare ? client : `${client}; ${peer}`,
      why: isBare
        ? 'the application gets a TLS handshake that it does not speak'
        : 'the server does not end TLS',
      next: isBare
        ? `remove ${path} from ${rule} (plain text to pods without proxy is automatic), or add the pods to the mesh`
        : `remove ${path} from ${rule}, or take DISABLE out of the PeerAuthentication`,
    };
  }
  return {
    text: `${rule} uses TLS of its own, the server takes only mTLS of the mesh`,
    where: `${client}; ${peer}`,
    why: 'the handshake carries no certificate of the mesh',
    next: `set mode: ISTIO_MUTUAL in ${path} of ${rule}, or remove it`,
  };
}

function peerText(side: ServerSide): string {
  if (side.kind !== 'sidecar' && side.kind !== 'ztunnel') return 'pods without proxy';
  const { by, mode } = side.mtls;
  return by === undefined ? `no PeerAuthentication (${mode})` : `PeerAuthentication ${by} (${mode})`;
}
