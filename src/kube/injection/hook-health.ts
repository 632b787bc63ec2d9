import type { KubeObject } from '../object.ts';
import { podPhase, readySince } from '../pod.ts';
import { selectsPod } from '../service-pods.ts';
import type { InjectionWebhook } from './hook.ts';

/** What is known of the place that webhooks are served from; each is `undefined` where it could not be read. */
export interface HookSurroundings {
  readonly services: readonly KubeObject[] | undefined;
  readonly pods: readonly KubeObject[] | undefined;
  /** PEM text of the roots that the mesh hands to its workloads. */
  readonly roots: string | undefined;
}

/** Why calling a webhook would fail, or may. */
export type HookFault =
  | { readonly kind: 'no-service' | 'no-ready-pod'; readonly service: string }
  | { readonly kind: 'no-ca' | 'other-ca' };

/** What stands in the way of calling a webhook, the surest first; nothing that is not known counts. */
export function hookFaults(webhook: InjectionWebhook, around: HookSurroundings): HookFault[] {
  const faults: HookFault[] = [];
  const { service } = webhook;
  if (service !== undefined) {
    const name = `${service.namespace}/${service.name}`;
    const found = around.services?.find(
      ({ metadata }) => metadata.name === service.name && metadata.namespace === service.namespace,
    );
    if (around.services !== undefined && found === undefined)
      faults.push({ kind: 'no-service', service: name });
    // A Service without selector has endpoints of its own, such as a control plane outside the cluster.
    const hasSelector = found?.['spec'] !== undefined && Object.hasOwn(found['spec'] as object, 'selector');
    const isReady = around.pods?.some(
      (pod) =>
        found !== undefined &&
        selectsPod(found, pod) &&
        podPhase(pod) === 'Running' &&
        readySince(pod) !== undefined,
    );
    if (hasSelector && isReady === false) faults.push({ kind: 'no-ready-pod', service: name });
  }
  const bundle = certificateBodies(webhook.caBundle);
  if (bundle.length === 0) {
    // A URL may carry a certificate that the API server's own roots vouch for.
    if (service !== undefined) faults.push({ kind: 'no-ca' });
  } else if (around.roots !== undefined) {
    const roots = certificateBodies(around.roots);
    if (roots.length > 0 && !bundle.some((one) => roots.includes(one))) faults.push({ kind: 'other-ca' });
  }
  return faults;
}

/** The base64 text of each certificate in PEM text, without white space. */
function certificateBodies(pem: string): string[] {
  const blocks = pem.split('-----BEGIN CERTIFICATE-----').slice(1);
  return blocks.map((block) => (block.split('-----END CERTIFICATE-----')[0] ?? '').replace(/\s/g, ''));
}
