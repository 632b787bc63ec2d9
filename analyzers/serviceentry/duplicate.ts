import { asObjects, asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { EVERYWHERE, exportScopes } from '#mesh/visibility';
import { messages } from './messages.ts';

/** Hosts and ports that several service entries define where both are seen. */
export const analyzer = defineAnalyzer({
  name: 'serviceentry.DuplicateAnalyzer',
  description: 'Checks that one service entry defines a port of a host.',
  inputs: ['ServiceEntry'],
  messages,
  codes: ['MSH0007'],
  scope: 'mesh',
  analyze: (context) => {
    const owners = new Map<string, KubeObject[]>();
    for (const entry of context.all('ServiceEntry'))
      for (const key of keysOf(entry)) owners.set(key, [...(owners.get(key) ?? []), entry]);
    for (const resource of context.all('ServiceEntry')) {
      for (const key of keysOf(resource)) {
        const others = (owners.get(key) ?? []).filter((other) => other !== resource && meet(resource, other));
        if (others.length === 0) continue;
        const [host = '', port = ''] = key.split(' ');
        const names = others.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).join(', ');
        const at = { resource, path: ['spec', 'hosts'], related: others };
        context.report('MSH0007', { host, port, others: names }, at);
        break;
      }
    }
  },
});

/** `HOST PORT` of an entry that brings its own endpoints or resolution; workloads of one host may be in several. */
function keysOf(entry: KubeObject): readonly string[] {
  const ports = asObjects(field(entry, 'spec', 'ports')).map((port) => String(port['number'] ?? ''));
  return asStrings(field(entry, 'spec', 'hosts')).flatMap((host) => ports.map((port) => `${host} ${port}`));
}

function meet(a: KubeObject, b: KubeObject): boolean {
  const [one, other] = [exportScopes(a), exportScopes(b)];
  if (one.includes(EVERYWHERE) || other.includes(EVERYWHERE)) return true;
  return one.some((scope) => other.includes(scope));
}
