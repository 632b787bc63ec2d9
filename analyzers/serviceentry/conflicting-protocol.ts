import { asObjects, asString, asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { EVERYWHERE, exportScopes } from '#mesh/visibility';
import { messages } from './messages.ts';

/** One port of one host, as one entry declares it. */
interface Declared {
  readonly entry: KubeObject;
  readonly scopes: readonly string[];
  readonly host: string;
  readonly port: string;
  readonly protocol: string;
}

/** Service entries that mean different protocols by the same port of a host. */
export const analyzer = defineAnalyzer({
  name: 'serviceentry.ConflictingServiceEntryProtocolAnalyzer',
  description: 'Checks that service entries of one host agree on the protocol of a port.',
  inputs: ['ServiceEntry'],
  messages,
  codes: ['IST0177'],
  scope: 'mesh',
  analyze: (context) => {
    const groups = new Map<string, Declared[]>();
    for (const one of context.all('ServiceEntry').flatMap(declaredPorts)) {
      const key = `${one.host}:${one.port}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const reported = new Set<KubeObject>();
    for (const group of groups.values()) {
      for (const one of group) {
        const rivals = group.filter((other) => meet(one, other));
        const protocols = [...new Set(rivals.map(({ protocol }) => protocol || 'none'))].sort();
        if (protocols.length < 2 || reported.has(one.entry)) continue;
        reported.add(one.entry);
        const entries = [...new Set(rivals.map(({ entry }) => fullName(entry)))].sort().join(', ');
        const args = { host: one.host, port: one.port, protocols: protocols.join(', '), entries };
        const related = [...new Set(rivals.map(({ entry }) => entry))].filter((entry) => entry !== one.entry);
        context.report('IST0177', args, { resource: one.entry, path: ['metadata', 'name'], related });
      }
    }
  },
});

function declaredPorts(entry: KubeObject): Declared[] {
  const scopes = exportScopes(entry);
  return asStrings(field(entry, 'spec', 'hosts')).flatMap((host) =>
    asObjects(field(entry, 'spec', 'ports')).map((port) => ({
      entry,
      scopes,
      host,
      port: String(port['number'] ?? ''),
      protocol: (asString(port['protocol']) ?? '').toUpperCase(),
    })),
  );
}

/** Whether some namespace sees both. */
function meet(a: Declared, b: Declared): boolean {
  if (a.scopes.includes(EVERYWHERE) || b.scopes.includes(EVERYWHERE)) return true;
  return a.scopes.some((scope) => b.scopes.includes(scope));
}

function fullName({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}
