import { asArray, asNumber, asObjects, asString, asStrings, field } from '../../util/json.ts';
import { compareText } from '../../util/text.ts';
import type { KubeObject } from '../object.ts';
import { type LabelSelector, objectSelector } from '../selector.ts';

/** Label whose value is the revision of a control plane, on its webhooks, and on namespaces and pods that ask for it. */
export const REVISION_LABEL = 'istio.io/rev';
/** Label of a namespace that asks for injection by the default revision, or refuses it. */
export const INJECTION_LABEL = 'istio-injection';
/** Label (formerly annotation) of a pod that asks for injection or refuses it. */
export const INJECT_LABEL = 'sidecar.istio.io/inject';

/** One webhook of a configuration: the API server calls it when both selectors match, and it answers with a sidecar. */
export interface InjectionWebhook {
  readonly name: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  /** Names of CEL conditions that must hold too. They are not evaluated here. */
  readonly matchConditions: readonly string[];
  /** What happens to a pod when the webhook can't be reached: it is refused (`Fail`), or starts without sidecar. */
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** Where the webhook is served: a Service of the cluster, or a URL outside it. */
  readonly service: { readonly name: string; readonly namespace: string; readonly port: number } | undefined;
  readonly url: string | undefined;
  /** PEM text of the authorities that its certificate is checked against; empty for none. */
  readonly caBundle: string;
}

/** A MutatingWebhookConfiguration that injects sidecars, for a revision or by a tag that stands for one. */
export interface InjectionHook {
  readonly name: string;
  /** Label `istio.io/rev`; empty when it has none. */
  readonly revision: string;
  readonly tag: string | undefined;
  readonly webhooks: readonly InjectionWebhook[];
}

/**
 * The configurations that inject sidecars, by name: those with a webhook for the creation of pods whose name ends in
 * `istio.io`.
 */
export function injectionHooks(configurations: readonly KubeObject[]): InjectionHook[] {
  return configurations
    .filter(isIstioHook)
    .map((configuration) => ({
      name: configuration.metadata.name,
      revision: labelOf(configuration, REVISION_LABEL) ?? '',
      tag: labelOf(configuration, 'istio.io/tag'),
      webhooks: asObjects(configuration['webhooks']).filter(seesNewPods).map(webhookView),
    }))
    .filter(({ webhooks }) => webhooks.length > 0)
    .sort((a, b) => compareText(a.name, b.name));
}

/** Whether a configuration is one of Istio's, by the name of any of its webhooks. */
export function isIstioHook(configuration: KubeObject): boolean {
  return asObjects(configuration['webhooks']).some(
    ({ name }) => asString(name)?.endsWith('istio.io') === true,
  );
}

/** A label of an object, when it is text. */
export function labelOf(object: KubeObject, name: string): string | undefined {
  return asString(field(object.metadata.labels, name));
}

function seesNewPods(webhook: unknown): boolean {
  return asObjects(field(webhook, 'rules')).some(
    (rule) =>
      asArray(rule['resources']).some((one) => one === 'pods' || one === '*' || one === '*/*') &&
      asArray(rule['operations']).some((one) => one === 'CREATE' || one === '*'),
  );
}

function webhookView(webhook: unknown): InjectionWebhook {
  const client = field(webhook, 'clientConfig');
  const service = asString(field(client, 'service', 'name'));
  return {
    name: asString(field(webhook, 'name')) ?? '',
    namespaceSelector: objectSelector(field(webhook, 'namespaceSelector')),
    objectSelector: objectSelector(field(webhook, 'objectSelector')),
    matchConditions: asStrings(asObjects(field(webhook, 'matchConditions')).map(({ name }) => name)),
    failurePolicy: field(webhook, 'failurePolicy') === 'Ignore' ? 'Ignore' : 'Fail',
    service:
      service === undefined
        ? undefined
        : {
            name: service,
            namespace: asString(field(client, 'service', 'namespace')) ?? '',
            port: asNumber(field(client, 'service', 'port')) ?? 443,
          },
    url: asString(field(client, 'url')),
    caBundle: Buffer.from(asString(field(client, 'caBundle')) ?? '', 'base64').toString('utf8'),
  };
}
