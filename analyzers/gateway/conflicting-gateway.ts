import {
  asNumber,
  asObjects,
  asString,
  asStrings,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  type LabelSelector,
} from '#analysis';
import { messages } from './messages.ts';

/** A server of a gateway: a port of a workload, and the hosts it takes there. */
interface Server {
  readonly gateway: KubeObject;
  readonly name: string;
  readonly index: number;
  readonly port: string;
  readonly bind: string;
  readonly hosts: readonly string[];
}

/** Gateways that claim the same host and port of the same workload. */
export const analyzer = defineAnalyzer({
  name: 'gateway.ConflictingGatewayAnalyzer',
  description: 'Checks that no two gateways take the same host on the same port of a workload.',
  inputs: ['Gateway', 'Pod'],
  messages,
  codes: ['IST0145'],
  scope: 'mesh',
  analyze: (context) => {
    const servers = context.all('Gateway').flatMap(serversOf);
    const byClaim = new Map<string, Server[]>();
    for (const server of servers)
      for (const host of server.hosts) {
        const claim = `${server.port} ${server.bind} ${host}`;
        byClaim.set(claim, [...(byClaim.get(claim) ?? []), server]);
      }
    const share = sharesWorkload((selector) => context.select('Pod', selector));
    for (const server of servers) {
      const claims = server.hosts.flatMap(
        (host) => byClaim.get(`${server.port} ${server.bind} ${host}`) ?? [],
      );
      const rivals = claims.filter(
        (other) => other.gateway !== server.gateway && share(server.gateway, other.gateway),
      );
      if (rivals.length === 0) continue;
      const args = {
        others: [...new Set(rivals.map((rival) => rival.name))].sort().join(', '),
        hosts: server.hosts.join(', '),
        port: server.port,
        selector: selectorText(selectorOf(server.gateway)) || 'any labels',
      };
      const related = [...new Set(rivals.map((rival) => rival.gateway))];
      const path = ['spec', 'servers', server.index, 'port', 'number'];
      context.report('IST0145', args, { resource: server.gateway, path, related });
    }
  },
});

function serversOf(gateway: KubeObject): Server[] {
  const { namespace = '', name } = gateway.metadata;
  return asObjects(field(gateway, 'spec', 'servers')).map((server, index) => ({
    gateway,
    name: `${namespace}/${name}`,
    index,
    port: String(asNumber(field(server, 'port', 'number')) ?? 0),
    bind: asString(server['bind']) ?? '',
    hosts: [...new Set(asStrings(server['hosts']))],
  }));
}

function selectorOf(gateway: KubeObject): LabelSelector {
  return equalitySelector(field(gateway, 'spec', 'selector'));
}

function selectorText(selector: LabelSelector): string {
  return selector
    .map(({ key, values }) => `${key}=${values[0]}`)
    .sort()
    .join(',');
}

/** Whether two gateways are for the same workload: their selectors are the same, or a pod has the labels of both. */
function sharesWorkload(
  select: (selector: LabelSelector) => readonly KubeObject[],
): (a: KubeObject, b: KubeObject) => boolean {
  const known = new Map<string, boolean>();
  return (a, b) => {
    const [first, second] = [selectorOf(a), selectorOf(b)];
    const texts = [selectorText(first), selectorText(second)].sort();
    if (texts[0] === texts[1]) return true;
    const key = texts.join(' & ');
    const answer = known.get(key) ?? select([...first, ...second]).length > 0;
    known.set(key, answer);
    return answer;
  };
}
