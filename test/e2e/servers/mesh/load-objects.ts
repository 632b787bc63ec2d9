import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { AdminClient } from '../admin-client.ts';
import type { ControlPlane } from '../control-plane.ts';
import { TEST_USERS } from '../users.ts';
import type { RecordedMesh, RecordedObject } from './recorded-mesh.ts';

/** Kinds in the order in which they can be created; what is not here comes after the CRDs. */
const FIRST = ['namespaces', 'customresourcedefinitions', 'nodes', 'serviceaccounts'];
/** Kinds that the API server makes by itself, or that no test reads. */
const LEFT_OUT = new Set([
  'apiservices',
  'events',
  'ipaddresses',
  'servicecidrs',
  'priorityclasses',
  'clusterroles',
  'clusterrolebindings',
  'roles',
  'rolebindings',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'endpoints',
]);
/** Fields that only the server sets. */
const SERVER_FIELDS = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];

/** Creates the CRDs of kwok, the recorded objects (pods and nodes with their status) and the users' roles. */
export async function loadObjects(
  { admin, kubeletPort }: Pick<ControlPlane, 'admin' | 'kubeletPort'>,
  mesh: RecordedMesh,
  kwokCrds: string,
): Promise<number> {
  for (const file of readdirSync(kwokCrds).filter((name) => name.endsWith('.yaml')))
    await admin.create(CRDS, load(readFileSync(join(kwokCrds, file), 'utf8')));
  const kinds = mesh.objects().filter((kind) => !LEFT_OUT.has(kind.plural));
  kinds.sort((a, b) => rank(a.plural) - rank(b.plural));
  let count = 0;
  for (const { path, plural, items } of kinds) {
    if (rank(plural) === FIRST.length) await establish(admin);
    // The service of the API server itself is there from the start.
    const wanted = items.filter((item) => !(plural === 'services' && item.metadata.name === 'kubernetes'));
    await inParallel(wanted, (item) => loadObject(admin, path, plural, item));
    count += wanted.length;
  }
  for (const node of kinds.find(({ plural }) => plural === 'nodes')?.items ?? []) {
    const status = { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } };
    await admin.merge(`/api/v1/nodes/${node.metadata.name}/status`, { status });
  }
  await loadRoles(admin);
  return count;
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function rank(plural: string): number {
  const at = FIRST.indexOf(plural);
  return at < 0 ? FIRST.length : at;
}

async function loadObject(
  admin: AdminClient,
  path: string,
  plural: string,
  item: RecordedObject,
): Promise<void> {
  const { namespace, name } = item.metadata;
  const metadata = Object.fromEntries(
    Object.entries(item.metadata).filter(([field]) => !SERVER_FIELDS.includes(field)),
  );
  const object = plural === 'customresourcedefinitions' ? withoutSchema(item) : item;
  const collection =
    namespace === undefined ? `${path}/${plural}` : `${path}/namespaces/${namespace}/${plural}`;
  await admin.create(collection, { ...object, metadata, status: undefined });
  if ((plural === 'pods' || plural === 'nodes') && item['status'] !== undefined)
    await admin.merge(`${collection}/${name}/status`, { status: item['status'] });
}

/** The recorded CRDs have no schema, which the API server does not accept: any object is right. */
function withoutSchema(crd: RecordedObject): RecordedObject {
  const spec = crd['spec'] as { readonly versions: readonly object[] };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const versions = spec.versions.map((version) => ({ ...version, schema, selectableFields: undefined }));
  return { ...crd, spec: { ...spec, versions } };
}

/** Waits until all CRDs are served. */
async function establish(admin: AdminClient): Promise<void> {
  for (;;) {
    const list = JSON.parse(await admin.text(CRDS));
    const items = list.items as { status?: { conditions?: { type: string; status: string }[] } }[];
    const ready = (item: (typeof items)[number]): boolean =>
      item.status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;
    if (items.every(ready)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function loadRoles(admin: AdminClient): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  for (const { name, cluster, shop } of TEST_USERS) {
    const subjects = [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }];
    const bind = (kind: string): object => ({
      metadata: { name },
      subjects,
      roleRef: { kind, name, apiGroup: 'rbac.authorization.k8s.io' },
    });
    if (cluster.length > 0) {
      await admin.create(`${rbac}/clusterroles`, { metadata: { name }, rules: cluster });
      await admin.create(`${rbac}/clusterrolebindings`, bind('ClusterRole'));
    }
    if (shop.length > 0) {
      await admin.create(`${rbac}/namespaces/shop/roles`, { metadata: { name }, rules: shop });
      await admin.create(`${rbac}/namespaces/shop/rolebindings`, bind('Role'));
    }
  }
}

/** Runs `work` on all items, sixteen at a time. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
