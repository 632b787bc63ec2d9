import { compareText } from '../util/text.ts';
import type { AnyCommand } from './command-table.ts';
import type { GlobalValues } from './global-options.ts';
import type { CliIo } from './io.ts';
import { type PlacedRight, type RunInput, rightsOfRun } from './rights.ts';

/** A rule of a role. */
interface Rule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names: readonly string[];
}

/**
 * The smallest roles with which a run can read all that it asks for, as YAML with a comment that says how to bind
 * them: a Role a namespace, and a ClusterRole for what is read in all of them. Asks no cluster.
 */
export async function rbacText(
  command: AnyCommand,
  input: RunInput,
  globals: GlobalValues,
  io: CliIo,
): Promise<string> {
  const rights = rightsOfRun(command, input, globals, await defaultNamespace(globals, io));
  const line = ['meshscope', command.name, ...input.args].join(' ');
  if (rights.length === 0)
    return `# ${comment(line)} asks the Kubernetes API for nothing: no role is needed.\n`;
  const places = [...new Set(rights.map(({ namespace }) => namespace))];
  places.sort((a, b) => compareText(a ?? '', b ?? ''));
  const name = `meshscope-${command.name.replace(/[^a-z0-9]+/g, '-')}`;
  const roles = places.map((namespace) => {
    const own = rights.filter((right) => right.namespace === namespace);
    // What is allowed in the whole cluster needs no rule in a namespace.
    const everywhere = new Set(rights.filter((right) => right.namespace === undefined).map(keyOf));
    return roleText(
      name,
      namespace,
      namespace === undefined ? own : own.filter((one) => !everywhere.has(keyOf(one))),
    );
  });
  const { note } = command.rights?.(input) ?? {};
  const reachesEnvoy = command.needs.includes('envoy');
  const head = [
    `# What ${comment(line)} asks the Kubernetes API for.`,
    ...(reachesEnvoy ? ['# For Envoy, create on pods/exec will do in the place of pods/portforward.'] : []),
    ...(note === undefined ? [] : [`# ${note}`]),
    '',
  ].join('\n');
  return head + roles.filter((role) => role !== undefined).join('---\n');
}

function keyOf({ group, resource, verbs = ['list'], names = [] }: PlacedRight): string {
  return JSON.stringify([group, resource, verbs, names]);
}

/** Arguments may hold anything; a comment ends with its line. */
function comment(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 120)}"`;
}

function roleText(
  name: string,
  namespace: string | undefined,
  rights: readonly PlacedRight[],
): string | undefined {
  if (rights.length === 0) return undefined;
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const scope = namespace === undefined ? '' : ` -n ${namespace}`;
  const binding = kind.toLowerCase();
  return [
    `# kubectl create ${binding}binding ${name}${scope} --${binding}=${name} --user=NAME`,
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    ...(namespace === undefined ? [] : [`  namespace: ${scalar(namespace)}`]),
    'rules:',
    ...rulesOf(rights).flatMap(ruleLines),
    '',
  ].join('\n');
}

/** One rule a group, set of verbs and set of names. */
function rulesOf(rights: readonly PlacedRight[]): readonly Rule[] {
  const rules = new Map<string, { rule: Omit<Rule, 'resources'>; resources: Set<string> }>();
  for (const { group, resource, verbs = ['list'], names = [] } of rights) {
    const key = JSON.stringify([group, verbs, names]);
    const known = rules.get(key) ?? { rule: { group, verbs, names }, resources: new Set() };
    known.resources.add(resource);
    rules.set(key, known);
  }
  return [...rules.values()].map(({ rule, resources }) => ({ ...rule, resources: [...resources].sort() }));
}

function ruleLines({ group, resources, verbs, names }: Rule): string[] {
  const list = (values: readonly string[]): string => `[${values.map(scalar).join(', ')}]`;
  return [
    `  - apiGroups: ${list([group])}`,
    `    resources: ${list(resources)}`,
    ...(names.length === 0 ? [] : [`    resourceNames: ${list(names)}`]),
    `    verbs: ${list(verbs)}`,
  ];
}

function scalar(text: string): string {
  return /^[a-z][a-z0-9./-]*$/.test(text) ? text : JSON.stringify(text);
}

/** The namespace of the kubeconfig's context, as a run would use it; `default` where there is no kubeconfig to read. */
async function defaultNamespace(globals: GlobalValues, io: CliIo): Promise<string> {
  const { chooseContext } = await import('../sources/cluster/kubeconfig-files.ts');
  const { kubeconfig, context } = globals;
  const home = io.env['HOME'] ?? io.env['USERPROFILE'] ?? '/';
  try {
    return chooseContext({ kubeconfig, context, env: io.env, home, cwd: io.cwd })?.namespace ?? 'default';
  } catch {
    return 'default';
  }
}
