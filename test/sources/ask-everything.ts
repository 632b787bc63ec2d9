import type { Answer, MeshSource } from '../../src/sources/source.ts';

const KINDS: readonly (readonly [group: string, plural: string])[] = [
  ['', 'pods'],
  ['', 'services'],
  ['', 'namespaces'],
  ['apps', 'deployments'],
  ['networking.istio.io', 'virtualservices'],
  ['networking.istio.io', 'destinationrules'],
  ['networking.istio.io', 'workloadgroups'],
  ['nowhere.example', 'things'],
];

const PAGES = [
  'config_dump',
  'clusters',
  'certs',
  'listeners',
  'server_info',
  'stats',
  'logging',
  'memory',
] as const;

/** Asks a source one question of every sort, in a fixed order, and collects the answers as text to compare. */
export async function askEverything(source: MeshSource): Promise<string[]> {
  const said: string[] = [];
  const note = (what: string, answer: Answer<unknown>): void => {
    said.push(answer.ok ? `${what}: ${textOf(answer.value)}` : `${what}: failed: ${answer.error.reason}`);
  };
  for (const [group, plural] of KINDS) note(plural, await source.resources({ group, plural }));
  const proxies = await source.proxies();
  note('proxies', proxies);
  for (const { pod, kind } of proxies.ok ? proxies.value : []) {
    if (kind === 'envoy')
      for (const page of PAGES) note(`${pod.name} ${page}`, await source.envoy(pod, page));
    else note(`${pod.name} config_dump`, await source.ztunnel(pod, 'config_dump'));
    note(`${pod.name} log`, await source.logs({ pod, container: 'istio-proxy' }));
  }
  for (const request of [
    { channel: 'debug', name: 'syncz' },
    { channel: 'debug', name: 'mesh' },
    { channel: 'debug', name: 'no such page?really=true' },
    { channel: 'xds', name: 'syncz' },
    { channel: 'version', name: '' },
    { channel: 'metrics', name: '' },
    { channel: 'controlz', name: 'scopes' },
  ] as const) {
    for (const { istiod, answer } of await source.istiod(request)) {
      note(`${istiod.name} ${request.channel} ${request.name}`, answer);
      note(`${istiod.name} log`, await source.logs({ pod: istiod, container: 'discovery' }));
    }
  }
  return said;
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : JSON.stringify(value);
}
