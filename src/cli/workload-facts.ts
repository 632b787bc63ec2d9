import { isIP } from 'node:net';
import { isRevisioned, type WorkloadEntryInput } from '../answers/workload-entry.ts';
import { injectionHooks } from '../kube/injection/hook.ts';
import { textMembers } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import { isName } from '../kube/workload-text.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import { dataError, notFoundError } from '../util/errors.ts';
import { asObjects, asString, asStrings, field } from '../util/json.ts';
import { nearest } from '../util/text.ts';
import { fileInput } from './admin-page.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';
import { readYaml } from './read-yaml.ts';

/** What is read of the mesh for a workload's files. */
export type WorkloadFacts = Pick<
  WorkloadEntryInput,
  'mesh' | 'proxyConfigs' | 'istioNamespace' | 'revision' | 'clusterID' | 'ingressIP'
> & {
  /** PEM text of the roots that the workload trusts. */
  readonly rootCert: string;
};

/** The WorkloadGroup in a file; without a namespace it has that of `-n`. Throws a data error for anything else. */
export async function groupFromFile(context: CommandContext, path: string): Promise<KubeObject> {
  const { label, bytes } = await fileInput(context, path);
  const [{ fileText }, { parseFile }, { problemText }] = await Promise.all([
    import('../config/file-text.ts'),
    import('../config/parse-file.ts'),
    import('../config/problem.ts'),
  ]);
  const decoded = fileText(label, bytes);
  const { resources, problems } = decoded.ok
    ? parseFile(label, decoded.text)
    : { resources: [], problems: [decoded.problem] };
  const lost = problems.find((problem) => problem.lost);
  if (lost !== undefined) throw dataError(problemText(lost));
  const [group, second] = resources
    .map(({ object }) => object)
    .filter(({ kind }) => kind === 'WorkloadGroup');
  if (group === undefined || second !== undefined)
    throw dataError(`${label} holds ${group === undefined ? 'no' : 'more than one'} WorkloadGroup`, {
      hint: 'meshscope workload group create prints one',
    });
  const { name } = group.metadata;
  const namespace = group.metadata.namespace ?? context.globals.namespace ?? '';
  if (!isName(name) || !isName(namespace))
    throw dataError(`${label}: "${name}" in namespace "${namespace}" is no name of a WorkloadGroup`, {
      hint: namespace === '' ? 'give its namespace with -n' : undefined,
    });
  return { ...group, metadata: { ...group.metadata, name, namespace } };
}

/** The WorkloadGroup of a name in the mesh. Throws not-found with the nearest names. */
export async function groupFromMesh(
  context: CommandContext,
  name: string,
  namespace: string,
): Promise<KubeObject> {
  const source = await context.source();
  const answer = await source.resources({
    group: 'networking.istio.io',
    plural: 'workloadgroups',
    namespace,
  });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const found = answer.value.find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    answer.value.map(({ metadata }) => metadata.name),
  );
  throw notFoundError(`no WorkloadGroup "${name}" in namespace ${namespace}`, {
    lines: near.length === 0 ? [] : [['near', near.join(', ')]],
  });
}

/** What the options say instead of the mesh. */
export interface GivenFacts {
  readonly clusterID: string | undefined;
  readonly ingressIP: string | undefined;
  /** `name` or `name.namespace`. */
  readonly ingressService: string;
}

/** Reads what the files of a group's workloads need. Throws not-found for what they can't do without. */
export async function workloadFacts(
  context: CommandContext,
  group: KubeObject,
  given: GivenFacts,
): Promise<WorkloadFacts> {
  const istioNamespace = await context.istioNamespace();
  const revision = context.globals.revision ?? (await defaultRevision(context));
  const suffix = isRevisioned(revision) ? `-${revision}` : '';
  const mesh = await configMapKey(context, istioNamespace, `istio${suffix}`, 'mesh');
  const namespace = group.metadata.namespace ?? '';
  const annotations = [group.metadata.annotations, field(group, 'spec', 'metadata', 'annotations')];
  const texts = annotations.flatMap((one) => textMembers(one)['proxy.istio.io/config'] ?? []);
  return {
    istioNamespace,
    revision,
    mesh: await readYaml(mesh),
    proxyConfigs: await Promise.all(texts.map(readYaml)),
    clusterID: given.clusterID ?? (await clusterName(context, istioNamespace, suffix)),
    rootCert: await configMapKey(context, namespace, 'istio-ca-root-cert', 'root-cert.pem'),
    ingressIP: given.ingressIP ?? (await ingressAddress(context, istioNamespace, given.ingressService)),
  };
}

/** The revision that the tag `default` stands for. */
async function defaultRevision(context: CommandContext): Promise<string> {
  const source = await context.source();
  const answer = await source.resources({
    group: 'admissionregistration.k8s.io',
    plural: 'mutatingwebhookconfigurations',
  });
  noteMissing(context, 'default revision', answer, 'it is taken for "default"; --revision names another');
  const hooks = answer.ok ? injectionHooks(answer.value) : [];
  return hooks.find(({ tag }) => tag === 'default')?.revision ?? 'default';
}

async function configMapKey(
  context: CommandContext,
  namespace: string,
  name: string,
  key: string,
): Promise<string> {
  const source = await context.source();
  const answer = await source.resources({ group: '', plural: 'configmaps', namespace, name });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const found = answer.value.find(({ metadata }) => metadata.name === name);
  const text = asString(field(found, 'data', key));
  if (text === undefined)
    throw notFoundError(`no ConfigMap ${namespace}/${name} with key ${key}`, {
      hint: 'istiod makes it in every namespace that it serves; -i and -r choose another control plane',
    });
  return text;
}

async function clusterName(context: CommandContext, namespace: string, suffix: string): Promise<string> {
  const text = await configMapKey(context, namespace, `istio-sidecar-injector${suffix}`, 'values');
  const name = asString(field(await readYaml(text), 'global', 'multiCluster', 'clusterName'));
  return name ?? '';
}

/** The address of the Service through which workloads outside reach istiod; that it has none is noted. */
async function ingressAddress(
  context: CommandContext,
  istioNamespace: string,
  service: string,
): Promise<string | undefined> {
  const [name = '', namespace = istioNamespace] = service.split('.');
  const source = await context.source();
  const answer = await source.resources({ group: '', plural: 'services', namespace });
  const found = answer.ok ? answer.value.find(({ metadata }) => metadata.name === name) : undefined;
  const entries = asObjects(field(found, 'status', 'loadBalancer', 'ingress'));
  const addresses = [
    ...asStrings(entries.map(({ ip }) => ip)),
    ...asStrings(field(found, 'spec', 'externalIPs')),
  ];
  const address = addresses.find((one) => isIP(one) !== 0);
  if (address !== undefined) return address;
  const [host] = asStrings(entries.map(({ hostname }) => hostname));
  const why = !answer.ok
    ? answer.error.reason
    : found === undefined
      ? `there is no Service ${namespace}/${name}`
      : host === undefined
        ? `Service ${namespace}/${name} has no address yet`
        : `Service ${namespace}/${name} has the name ${host} and no IP address`;
  context.gap({
    what: 'hosts',
    why: `${why}; the file is empty`,
    next: '--ingressIP gives the address at which the workload reaches istiod',
  });
  return undefined;
}
