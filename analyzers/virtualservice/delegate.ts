import { asArray, asString, asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { EVERYWHERE, exportScopes } from '#mesh/visibility';
import { messages } from './messages.ts';

/** Routes that are handed to a virtual service that can't take them. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.DelegateAnalyzer',
  description: 'Checks that delegates exist, are seen, and can be delegates.',
  inputs: ['VirtualService'],
  messages,
  codes: ['MSH0003'],
  scope: 'mesh',
  analyze: (context) => {
    for (const resource of context.all('VirtualService')) {
      const own = resource.metadata.namespace ?? '';
      asArray(field(resource, 'spec', 'http')).forEach((route, index) => {
        const name = asString(field(route, 'delegate', 'name'));
        if (name === undefined) return;
        const namespace = asString(field(route, 'delegate', 'namespace')) || own;
        const target = context.get('VirtualService', namespace, name);
        const problem = target === undefined ? 'does not exist' : problemOf(target, own);
        if (problem === undefined) return;
        const path = ['spec', 'http', index, 'delegate', 'name'];
        const related = target === undefined ? [] : [target];
        context.report('MSH0003', { delegate: `${namespace}/${name}`, problem }, { resource, path, related });
      });
    }
  },
});

/** Why a virtual service can't take the routes of one in `namespace`. */
function problemOf(delegate: KubeObject, namespace: string): string | undefined {
  if (asStrings(field(delegate, 'spec', 'hosts')).length > 0)
    return 'has hosts of its own, so it is no delegate';
  const scopes = exportScopes(delegate);
  if (!scopes.includes(EVERYWHERE) && !scopes.includes(namespace))
    return `is not exported to namespace ${namespace}`;
  const nested = asArray(field(delegate, 'spec', 'http')).some(
    (route) => field(route, 'delegate') !== undefined,
  );
  return nested ? 'delegates further, which is not followed' : undefined;
}
