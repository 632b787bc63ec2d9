import { asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const KINDS = ['VirtualService', 'DestinationRule', 'ServiceEntry'] as const;
const WORDS: ReadonlySet<string> = new Set(['*', '.', '~']);
const ANNOTATION = 'networking.istio.io/exportTo';

/** Resources that are exported to namespaces which do not exist. */
export const analyzer = defineAnalyzer({
  name: 'visibility.ExportToAnalyzer',
  description: 'Checks that the namespaces that resources are exported to exist.',
  inputs: [...KINDS, 'Service', 'Namespace'],
  messages,
  codes: ['MSH0005'],
  scope: 'mesh',
  analyze: (context) => {
    const known = new Set(context.all('Namespace').map(({ metadata }) => metadata.name));
    // Files that hold no namespaces at all say nothing about which there are.
    if (known.size === 0) return;
    const check = (resource: KubeObject, namespace: string, path: readonly (string | number)[]): void => {
      if (namespace === '' || WORDS.has(namespace) || known.has(namespace)) return;
      context.report('MSH0005', { namespace }, { resource, path });
    };
    for (const kind of KINDS)
      for (const resource of context.all(kind))
        for (const [index, namespace] of asStrings(field(resource, 'spec', 'exportTo')).entries())
          check(resource, namespace, ['spec', 'exportTo', index]);
    for (const service of context.all('Service'))
      for (const word of (service.metadata.annotations?.[ANNOTATION] ?? '').split(','))
        check(service, word.trim(), ['metadata', 'annotations', ANNOTATION]);
  },
});
