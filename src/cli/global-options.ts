import { choice, duration, flag, list, type OptionValues, text } from './options.ts';

/** Options that every command has, with one meaning each (design: flags). */
export const GLOBAL_OPTIONS = {
  from: text(
    '--from <source>',
    'read a recorded mesh: a folder, an archive, - for stdin, "demo" or "demo-ambient"',
  ),
  context: text('--context <name>', 'context of the kubeconfig'),
  kubeconfig: text(
    '-c, --kubeconfig <file>',
    'kubeconfig of the cluster (otherwise KUBECONFIG, ~/.kube/config)',
  ),
  as: text('--as <user>', 'user to act as in the cluster'),
  asGroup: list('--as-group <group>', 'group to act as; repeatable'),
  asUid: text('--as-uid <uid>', 'UID to act as'),
  kubeclientTimeout: duration('--kubeclient-timeout <duration>', 'longest silence of the cluster', 15_000),
  namespace: text('-n, --namespace <name>', 'namespace to look at'),
  allNamespaces: flag('-A, --all-namespaces', 'look at all namespaces'),
  istioNamespace: text(
    '-i, --istioNamespace <name>',
    'namespace of the control plane (default: istio-system)',
    { also: ['istio-namespace'] },
  ),
  revision: text('-r, --revision <name>', 'control plane revision'),
  compat: flag('--compat', 'print exactly what istioctl prints, for scripts that read it'),
  strict: flag('--strict', 'exit with 75 when a part of the answer is missing'),
  color: choice('--color <when>', 'when to use colours', ['auto', 'always', 'never'], 'auto', {
    synonyms: { true: 'always', false: 'never' },
  }),
  verbose: flag('--verbose', 'say more on stderr; show the stack of an unexpected error'),
  timeout: duration('--timeout <duration>', 'give up after this long; 0: never', 30_000),
  printRbac: flag('--print-rbac', 'print the Kubernetes roles that this run needs, as YAML, and end'),
  config: text('--config <file>', 'defaults for these options (otherwise ./.meshscope.yaml if there is one)'),
} as const;

/** The parsed values of the options that every command has. */
export type GlobalValues = OptionValues<typeof GLOBAL_OPTIONS>;

/** Options that a configuration file found by itself may not set: they name other input or code. */
export const NOT_FROM_FOUND_CONFIG: ReadonlySet<string> = new Set([
  'from',
  'config',
  'context',
  'kubeconfig',
  'as',
  'asGroup',
  'asUid',
]);
