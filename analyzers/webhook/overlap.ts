import {
  asArray,
  asObjects,
  asString,
  asStrings,
  defineAnalyzer,
  field,
  type KubeObject,
  type LabelSelector,
  matchesSelector,
  objectSelector,
} from '#analysis';
import { messages } from './messages.ts';

const REVISION = 'istio.io/rev';
const INJECTION = 'istio-injection';
const INJECT = 'sidecar.istio.io/inject';

/** One webhook of a configuration. */
interface Webhook {
  readonly configuration: KubeObject;
  readonly index: number;
  readonly name: string;
  readonly namespaces: LabelSelector;
  readonly objects: LabelSelector;
}

type Labels = Readonly<Record<string, string>>;

/** Injectors that would both act on one pod, or whose service does not exist. */
export const analyzer = defineAnalyzer({
  name: 'webhook.OverlapAnalyzer',
  referenceName: 'webhook.Analyzer',
  description: 'Checks that one webhook at the most injects a pod, and that its service exists.',
  inputs: ['MutatingWebhookConfiguration', 'Service'],
  messages,
  codes: ['IST0139'],
  scope: 'mesh',
  analyze: (context) => {
    const configurations = context.all('MutatingWebhookConfiguration').filter(isOfIstio);
    const webhooks = configurations.flatMap(webhooksOf);
    const rivals = overlaps(webhooks);
    for (const webhook of webhooks) {
      const others = rivals.get(webhook);
      const place = { resource: webhook.configuration, path: ['webhooks', webhook.index, 'name'] };
      if (others !== undefined) {
        const problem = `acts on the same pods as ${[...others].sort().join(', ')}`;
        context.report('IST0139', { webhook: webhook.name, problem }, place);
      }
    }
    for (const configuration of configurations) {
      asArray(configuration['webhooks']).forEach((webhook, index) => {
        const service = field(webhook, 'clientConfig', 'service');
        if (service === undefined) return;
        const [namespace, name] = [field(service, 'namespace'), field(service, 'name')].map(
          (one) => asString(one) ?? '',
        );
        if (context.get('Service', namespace, name ?? '') !== undefined) return;
        const problem = `leads to the service ${namespace}/${name}, which does not exist`;
        const path = ['webhooks', index, 'clientConfig', 'service', 'name'];
        const args = { webhook: asString(field(webhook, 'name')) ?? '', problem };
        context.report('IST0139', args, { resource: configuration, path });
      });
    }
  },
});

function isOfIstio(configuration: KubeObject): boolean {
  return (
    revisionsOf(configuration).length > 0 ||
    asObjects(configuration['webhooks']).some(({ name }) => asString(name)?.endsWith('istio.io'))
  );
}

/** Revisions that a configuration speaks of: by its label and in its selectors. */
function revisionsOf(configuration: KubeObject): readonly string[] {
  const own = configuration.metadata.labels?.[REVISION];
  const selectors = asObjects(configuration['webhooks']).flatMap((webhook) => [
    webhook['namespaceSelector'],
    webhook['objectSelector'],
  ]);
  const named = selectors.flatMap((selector) => [
    ...(asString(field(selector, 'matchLabels', REVISION)) === undefined
      ? []
      : [asString(field(selector, 'matchLabels', REVISION)) ?? '']),
    ...asObjects(field(selector, 'matchExpressions'))
      .filter(({ key }) => key === REVISION)
      .flatMap(({ values }) => asStrings(values)),
  ]);
  return [...new Set([...(own === undefined ? [] : [own]), ...named])];
}

function webhooksOf(configuration: KubeObject): Webhook[] {
  return asObjects(configuration['webhooks']).map((webhook, index) => ({
    configuration,
    index,
    name: `${configuration.metadata.name}/${asString(webhook['name']) ?? ''}`,
    namespaces: objectSelector(webhook['namespaceSelector']),
    objects: objectSelector(webhook['objectSelector']),
  }));
}

/** For each webhook the names of those that act on a pod that it acts on, over all labels that matter for injection. */
function overlaps(webhooks: readonly Webhook[]): ReadonlyMap<Webhook, ReadonlySet<string>> {
  const revisions = new Set(webhooks.flatMap(({ configuration }) => revisionsOf(configuration)));
  const rivals = new Map<Webhook, Set<string>>();
  const withRevision = (labels: Labels): Labels[] => [
    labels,
    ...[...revisions].map((revision) => ({ ...labels, [REVISION]: revision })),
  ];
  const namespaces = [{}, { [INJECTION]: 'enabled' }, { [INJECTION]: 'disabled' }].flatMap(withRevision);
  const objects = [{}, { [INJECT]: 'true' }, { [INJECT]: 'false' }].flatMap(withRevision);
  for (const namespace of namespaces) {
    const here = webhooks.filter((webhook) => matchesSelector(webhook.namespaces, namespace));
    for (const object of objects) {
      const acting = here.filter((webhook) => matchesSelector(webhook.objects, object));
      if (acting.length < 2) continue;
      for (const webhook of acting) {
        const others = rivals.get(webhook) ?? new Set<string>();
        for (const other of acting) if (other !== webhook) others.add(other.name);
        rivals.set(webhook, others);
      }
    }
  }
  return rivals;
}
