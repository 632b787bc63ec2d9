import { defineAnalyzer, equalitySelector, type FieldPath, field } from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { messages } from './messages.ts';

/** Where each kind has the labels of its selector. */
const SELECTORS = {
  PeerAuthentication: ['spec', 'selector', 'matchLabels'],
  RequestAuthentication: ['spec', 'selector', 'matchLabels'],
  WasmPlugin: ['spec', 'selector', 'matchLabels'],
  ProxyConfig: ['spec', 'selector', 'matchLabels'],
  EnvoyFilter: ['spec', 'workloadSelector', 'labels'],
} as const;

type PolicyKind = keyof typeof SELECTORS;
const KINDS = Object.keys(SELECTORS) as PolicyKind[];

/** Policies whose selector finds nothing. */
export const analyzer = defineAnalyzer({
  name: 'policy.WithoutTargetAnalyzer',
  description: 'Checks that pods have the labels that policies select by.',
  inputs: [...KINDS, 'Pod', 'MeshConfig'],
  messages,
  codes: ['MSH0024'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    for (const kind of KINDS) {
      for (const resource of context.all(kind)) {
        const path: FieldPath = SELECTORS[kind];
        const selector = equalitySelector(field(resource, ...SELECTORS[kind]));
        const [first] = selector;
        if (first === undefined) continue;
        const { namespace = '' } = resource.metadata;
        const everywhere = namespace === root && kind !== 'PeerAuthentication';
        if (context.select('Pod', selector, everywhere ? undefined : namespace).length > 0) continue;
        const labels = selector.map(({ key, values }) => `${key}=${values[0] ?? ''}`).join(',');
        const where = everywhere ? 'of the mesh' : `in namespace ${namespace}`;
        context.report(
          'MSH0024',
          { labels, where },
          { resource, path: [...path, first.key], confidence: 'likely' },
        );
      }
    }
  },
});
