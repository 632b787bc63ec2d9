import type { KubeObject } from '../../kube/object.ts';
import { podPhase, podRef } from '../../kube/pod.ts';
import { clusterIdOf } from '../../kube/pod-cluster.ts';
import type { PodRef } from '../../kube/pod-ref.ts';
import { asNumber } from '../../util/json.ts';
import type { XdsOptions } from '../live-options.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';
import { externalIstiod } from './external-istiod.ts';
import { pathSegment } from './kube-name.ts';
import { listObjects } from './list-objects.ts';

/** Where a control plane's istiods are, and which of them. */
export interface IstiodSelection {
  readonly namespace: string;
  /** Only those of this revision; all when absent. */
  readonly revision?: string | undefined;
  readonly xds?: XdsOptions | undefined;
}

/** An istiod outside the cluster, which only xDS reaches. */
export interface XdsAddress {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that the cluster trusts for this address, where it names one. */
  readonly ca?: string | undefined;
}

/** An istiod that can be asked: a pod, or an address. */
export interface IstiodInstance {
  /** The pod; for an address its text and the namespace of the control plane. */
  readonly ref: PodRef;
  readonly pod?: KubeObject | undefined;
  readonly address?: XdsAddress | undefined;
  /** Port of the debug pages over HTTP. */
  readonly monitoringPort: number;
}

const MONITORING = 15014;
const XDS_PORT = 15012;

/**
 * The istiods of a control plane, sorted by name: the one that `--xds-address` names, or the running pods, or where
 * there is no pod the one outside the cluster whose address the revision's webhook holds. Throws `CallFailure`.
 */
export async function findIstiods(
  api: ApiServer,
  selection: IstiodSelection,
): Promise<readonly IstiodInstance[]> {
  const { namespace, revision, xds } = selection;
  if (xds?.address !== undefined) return [atAddress(parseAddress(xds.address, xds.port), namespace)];
  const labels = [
    xds?.label ?? 'app=istiod',
    ...(revision === undefined ? [] : [`istio.io/rev=${revision}`]),
  ].join(',');
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods`;
  const { objects, cutShort } = await listObjects(api, path, { labelSelector: labels });
  if (cutShort !== undefined) throw cutShort;
  // A pod that is going away takes its answers with it.
  const running = objects.filter(
    (pod) => podPhase(pod) === 'Running' && pod.metadata['deletionTimestamp'] === undefined,
  );
  if (running.length > 0 || xds?.label !== undefined) {
    return running.map((pod) => ({
      ref: { ...podRef(pod), cluster: clusterIdOf(pod) },
      pod,
      monitoringPort: monitoringPort(pod),
    }));
  }
  const address = await externalIstiod(api, { namespace, revision, port: xds?.port ?? XDS_PORT });
  return address === undefined ? [] : [atAddress(address, namespace)];
}

function atAddress(address: XdsAddress, namespace: string): IstiodInstance {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const name = `${host}:${address.port}`;
  return { ref: { name, namespace }, address, monitoringPort: MONITORING };
}

/**
 * Host and port of `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`; `port` where it names none. Throws `CallFailure` for
 * what is no address.
 */
export function parseAddress(text: string, port: number): XdsAddress {
  const [, six, name, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/@]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = six ?? name;
  const number = digits === undefined ? port : Number(digits);
  if (host === undefined || host.startsWith('-') || number < 1 || number > 65535) {
    throw new CallFailure('NotFound', `"${text.slice(0, 100)}" is not an address of the form HOST:PORT`);
  }
  return { host, port: number };
}

/** The port of the debug pages: the pod says where Prometheus finds it, otherwise 15014. */
function monitoringPort(pod: KubeObject): number {
  const port = asNumber(Number(pod.metadata.annotations?.['prometheus.io/port'] ?? Number.NaN));
  return port !== undefined && Number.isInteger(port) && port > 0 && port < 65536 ? port : MONITORING;
}
