import type { Pseudonymizer } from '../../security/pseudonyms/pseudonymizer.ts';
import { clusterViews } from '../../sources/joined-source.ts';
import type { MeshSource, ResourceQuery } from '../../sources/source.ts';

/** Longest time that is spent on learning names before the first file is written, in milliseconds. */
const LEARNING_MS = 20_000;
const AT_A_TIME = 6;

/** Kinds whose objects are names by themselves. */
const NAMED: readonly (readonly [string, string])[] = [
  ...(['namespaces', 'services', 'serviceaccounts', 'nodes', 'secrets', 'configmaps'] as const).map(
    (plural) => ['', plural] as const,
  ),
  ...(['deployments', 'statefulsets', 'daemonsets', 'replicasets'] as const).map(
    (plural) => ['apps', plural] as const,
  ),
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
];
/** Kinds that name more than themselves: hosts, gateways, accounts. */
const TELLING: readonly (readonly [string, string])[] = [
  ['', 'pods'],
  ...(
    [
      'virtualservices',
      'destinationrules',
      'gateways',
      'serviceentries',
      'sidecars',
      'workloadentries',
      'workloadgroups',
    ] as const
  ).map((plural) => ['networking.istio.io', plural] as const),
  ...(['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes'] as const).map(
    (plural) => ['gateway.networking.k8s.io', plural] as const,
  ),
  ['security.istio.io', 'authorizationpolicies'],
  ['networking.k8s.io', 'ingresses'],
];

/**
 * Has the names of a mesh learnt before anything of it is written, so that logs and pages which come first have theirs
 * hidden, too. Names that can't be asked for are learnt from what comes later. Ends after `mostMs` at the latest.
 */
export async function learnFirst(
  source: MeshSource,
  pseudonymizer: Pseudonymizer,
  mostMs = LEARNING_MS,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(LEARNING_MS, mostMs));
  });
  try {
    await Promise.race([learnAll(source, pseudonymizer), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Of several clusters each by itself: one that hangs leaves the names of the others learnt. */
async function learnAll(source: MeshSource, pseudonymizer: Pseudonymizer): Promise<void> {
  const views = await clusterViews(source);
  await Promise.all(views.map((view) => learnCluster(view, pseudonymizer)));
}

async function learnCluster(source: MeshSource, pseudonymizer: Pseudonymizer): Promise<void> {
  if (source.context !== undefined) pseudonymizer.learnName(source.context);
  for (const cluster of await source.clusters()) pseudonymizer.learnName(cluster);
  const proxies = await source.proxies();
  for (const { pod } of proxies.ok ? proxies.value : []) {
    pseudonymizer.learnName(pod.name);
    pseudonymizer.learnName(pod.namespace);
  }
  const queries: ResourceQuery[] = [
    ...TELLING.map(([group, plural]) => ({ group, plural })),
    ...NAMED.map(([group, plural]) => ({ group, plural, metadataOnly: true })),
  ];
  const next = queries.values();
  const lane = async (): Promise<void> => {
    for (const query of next) {
      const answer = await source.resources(query);
      if (answer.ok) pseudonymizer.learn(answer.value);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}
