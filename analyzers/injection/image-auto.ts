import {
  asArray,
  asObjects,
  asString,
  defineAnalyzer,
  field,
  type KubeObject,
  matchesSelector,
  objectSelector,
} from '#analysis';
import { templateShape } from '#mesh/membership';
import { messages } from './messages.ts';

const INJECT = 'sidecar.istio.io/inject';
const REVISION = 'istio.io/rev';

/** Proxies whose image only injection can name, where nothing injects. */
export const analyzer = defineAnalyzer({
  name: 'injection.ImageAutoAnalyzer',
  description: 'Checks that the image "auto" of a proxy is replaced by injection.',
  inputs: ['Namespace', 'Pod', 'Deployment', 'MutatingWebhookConfiguration'],
  messages,
  codes: ['IST0146', 'IST0147'],
  scope: 'mesh',
  analyze: (context) => {
    for (const pod of context.all('Pod')) {
      const index = autoContainer(field(pod, 'spec'));
      if (index >= 0)
        context.report('IST0147', {}, { resource: pod, path: ['spec', 'containers', index, 'image'] });
    }
    const webhooks = context.all('MutatingWebhookConfiguration').flatMap((one) => asObjects(one['webhooks']));
    for (const deployment of context.all('Deployment')) {
      const index = autoContainer(field(deployment, 'spec', 'template', 'spec'));
      if (index < 0) continue;
      const namespace = context.get('Namespace', undefined, deployment.metadata.namespace ?? '');
      // Files seldom hold the webhooks of an installation: then the labels that those go by decide.
      const isInjected = context.mayLack('MutatingWebhookConfiguration')
        ? asksForInjection(namespace, deployment)
        : webhooks.some((webhook) => wouldInject(webhook, namespace, deployment));
      if (isInjected) continue;
      const path = ['spec', 'template', 'spec', 'containers', index, 'image'];
      context.report('IST0146', {}, { resource: deployment, path });
    }
  },
});

function autoContainer(spec: unknown): number {
  return asArray(field(spec, 'containers')).findIndex(
    (container) => field(container, 'name') === 'istio-proxy' && field(container, 'image') === 'auto',
  );
}

function wouldInject(webhook: unknown, namespace: KubeObject | undefined, deployment: KubeObject): boolean {
  return (
    (asString(field(webhook, 'name')) ?? '').endsWith('istio.io') &&
    matchesSelector(objectSelector(field(webhook, 'namespaceSelector')), namespace?.metadata.labels) &&
    matchesSelector(objectSelector(field(webhook, 'objectSelector')), templateShape(deployment).labels)
  );
}

/** Whether the labels ask for injection, or their half that counts is not at hand. */
function asksForInjection(namespace: KubeObject | undefined, deployment: KubeObject): boolean {
  const labels = templateShape(deployment).labels ?? {};
  const own = labels[INJECT];
  if (own !== undefined) return own === 'true';
  if (namespace === undefined || labels[REVISION]) return true;
  return (
    namespace.metadata.labels?.['istio-injection'] === 'enabled' ||
    Boolean(namespace.metadata.labels?.[REVISION])
  );
}
