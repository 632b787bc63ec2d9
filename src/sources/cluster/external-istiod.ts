import { asObjects, asString, field } from '../../util/json.ts';
import type { ApiServer } from './api-server.ts';
import { toCallFailure } from './call-failure.ts';
import type { XdsAddress } from './istiod-instances.ts';
import { listObjects } from './list-objects.ts';

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
/** Port of the injection webhook of an istiod: its xDS is on another one. */
const INJECTION_PORT = 15017;

/** Whose address is looked for. */
interface Wanted {
  readonly namespace: string;
  readonly revision: string | undefined;
  /** Port of xDS, where the webhook's own port is not the one. */
  readonly port: number;
}

/**
 * The istiod outside the cluster that the sidecar injector of a revision points to; `undefined` when none does, or when
 * the webhooks may not be read. Source: spec of connections §6.2.
 */
export async function externalIstiod(api: ApiServer, wanted: Wanted): Promise<XdsAddress | undefined> {
  try {
    const revision = wanted.revision ?? (await defaultRevision(api, wanted.namespace));
    const labelSelector = `istio.io/rev=${revision},!istio.io/tag`;
    const { objects } = await listObjects(api, WEBHOOKS, { labelSelector });
    for (const webhook of objects.flatMap((object) => asObjects(field(object, 'webhooks')))) {
      const config = webhook['clientConfig'];
      const address = addressOf(asString(field(config, 'url')), wanted.port);
      if (address === undefined) continue;
      const bundle = Buffer.from(asString(field(config, 'caBundle')) ?? '', 'base64').toString('utf8');
      return bundle.includes('BEGIN CERTIFICATE') ? { ...address, ca: bundle } : address;
    }
  } catch {
    // The cluster has no istiod of its own: that is the answer, whoever may not read the webhooks.
  }
  return undefined;
}

/** The revision that the tag `default` stands for; `default` where there is no such tag. */
async function defaultRevision(api: ApiServer, namespace: string): Promise<string> {
  const suffix = namespace === 'istio-system' ? '' : `-${namespace}`;
  try {
    const tag = await api.getJson(`${WEBHOOKS}/istio-revision-tag-default${suffix}`);
    return asString(field(tag, 'metadata', 'labels', 'istio.io/rev')) ?? 'default';
  } catch (cause) {
    if (toCallFailure(cause).code === 'NotFound') return 'default';
    throw cause;
  }
}

function addressOf(url: string | undefined, xdsPort: number): XdsAddress | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'https:' || hostname === '') return undefined;
  const number = port === '' ? 443 : Number(port);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: number === INJECTION_PORT ? xdsPort : number };
}
