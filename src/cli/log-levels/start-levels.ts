import type { LevelSetting } from '../../answers/level-change.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { LiveMesh } from '../../sources/live-mesh.ts';
import { asObjects, asString, asStrings, field } from '../../util/json.ts';
import { loadJson } from '../../util/load-json.ts';
import type { LevelTarget } from './level-server.ts';
import { ENVOY_LEVELS } from './level-words.ts';
import type { ServerLevels } from './server-kind.ts';

/** Levels that an Envoy was started with: one for all loggers, and the text of those that differ. */
interface StartLevels {
  readonly all: string;
  /** As `--component-log-level` takes it: `misc:error,rbac:debug`. */
  readonly components: string;
}

/** Istio's own default. */
const DEFAULT: StartLevels = { all: 'warning', components: '' };

/**
 * What an Envoy was started with: as it says itself on `/server_info`, else as its pod does (arguments of the agent,
 * annotations), else Istio's default.
 */
export async function startLevels(
  live: LiveMesh,
  { pod, object }: LevelTarget,
  port: number,
): Promise<StartLevels> {
  return (await ownAccount(live, pod, port)) ?? (object && podAccount(object)) ?? DEFAULT;
}

/** The level of every logger as it was at the start. */
export function settingsAtStart(
  { all, components }: StartLevels,
  now: ServerLevels,
): readonly LevelSetting[] {
  const special = new Map(
    components.split(',').flatMap((part): [string, string][] => {
      const [logger = '', level = ''] = part.split(':').map((word) => word.trim());
      const known = envoyLevel(level);
      return known === undefined ? [] : [[logger, known]];
    }),
  );
  return now.settings.map(({ logger }) => ({ logger, level: special.get(logger) ?? all }));
}

async function ownAccount(live: LiveMesh, pod: PodRef, port: number): Promise<StartLevels | undefined> {
  const answer = await live.request(pod, { port, method: 'GET', path: '/server_info' });
  if (!answer.ok || answer.value.status !== 200) return undefined;
  try {
    const options = field(
      loadJson(answer.value.body, `server_info of ${proxyId(pod)}`),
      'command_line_options',
    );
    const all = envoyLevel(asString(field(options, 'log_level')));
    const components = asString(field(options, 'component_log_level')) ?? '';
    return all === undefined ? undefined : { all, components };
  } catch {
    return undefined;
  }
}

/** The agent's arguments, which the injector writes from the pod's annotations; else those themselves. */
function podAccount(pod: KubeObject): StartLevels | undefined {
  const containers = ['containers', 'initContainers'].flatMap((key) => asObjects(field(pod, 'spec', key)));
  const proxy = containers.find((container) => container['name'] === 'istio-proxy');
  const args = asStrings(field(proxy, 'args'));
  const { annotations } = pod.metadata;
  const all = envoyLevel(argument(args, 'proxyLogLevel') ?? annotations?.['sidecar.istio.io/logLevel']);
  const components =
    argument(args, 'proxyComponentLogLevel') ?? annotations?.['sidecar.istio.io/componentLogLevel'];
  if (all === undefined && components === undefined) return undefined;
  return { all: all ?? DEFAULT.all, components: components ?? '' };
}

/** The value of `--name=value` or `--name value`. */
function argument(args: readonly string[], name: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === `--${name}`) return args[index + 1];
    if (arg.startsWith(`--${name}=`)) return arg.slice(name.length + 3);
  }
  return undefined;
}

function envoyLevel(text: string | undefined): string | undefined {
  const word = text?.toLowerCase() ?? '';
  const level = word === 'warn' ? 'warning' : word;
  return ENVOY_LEVELS.levels.includes(level) ? level : undefined;
}
