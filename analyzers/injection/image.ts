import {
  asArray,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { messages } from './messages.ts';

const INJECTOR = /^istio-sidecar-injector(?:-(.+))?$/;
const DEFAULT_REVISION = 'default';

/** Sidecars of another version than the injector of their revision gives. */
export const analyzer = defineAnalyzer({
  name: 'injection.ImageAnalyzer',
  description: 'Checks that sidecars run the image that their injector gives now.',
  inputs: ['Namespace', 'Pod', 'ConfigMap', 'MeshConfig', 'ProxyConfig'],
  messages,
  codes: ['IST0158'],
  scope: 'mesh',
  analyze: (context) => {
    const expected = expectedImages(context.all('ConfigMap'));
    if (expected.size === 0) return;
    const meshConfig = context.all('MeshConfig')[0];
    const root = rootNamespaceOf(meshConfig);
    const general = asString(field(meshConfig, 'defaultConfig', 'image', 'imageType'));
    for (const namespace of context.all('Namespace')) {
      const { name, labels } = namespace.metadata;
      const revision =
        labels?.['istio-injection'] === 'enabled' ? DEFAULT_REVISION : labels?.['istio.io/rev'];
      const image = revision === undefined ? undefined : expected.get(revision);
      if (image === undefined) continue;
      const configs = [
        ...context.inNamespace('ProxyConfig', root),
        ...context.inNamespace('ProxyConfig', name),
      ];
      const pods = context.inNamespace('Pod', name).filter((pod) => {
        const variant = variantOf(pod, configs) ?? general;
        return hasOtherImage(pod, variant && variant !== 'default' ? `${image}-${variant}` : image, image);
      });
      if (pods.length === 0) continue;
      const names = pods.map((pod) => pod.metadata.name).sort();
      context.report(
        'IST0158',
        { pods: names.join(', ') },
        { resource: namespace, path: ['metadata', 'name'], related: pods },
      );
    }
  },
});

/** The image that the injector of each revision gives. */
function expectedImages(maps: readonly KubeObject[]): ReadonlyMap<string, string> {
  return new Map(
    maps.flatMap((map): [string, string][] => {
      const match = INJECTOR.exec(map.metadata.name);
      const image = match === null ? undefined : imageIn(asString(field(map, 'data', 'values')) ?? '');
      return image === undefined ? [] : [[match?.[1] ?? DEFAULT_REVISION, image]];
    }),
  );
}

function imageIn(values: string): string | undefined {
  let global: unknown;
  try {
    global = field(JSON.parse(values), 'global');
  } catch {
    return undefined;
  }
  const image = asString(field(global, 'proxy', 'image')) ?? '';
  if (image.includes('/')) return image;
  const [hub, tag] = [field(global, 'hub'), field(global, 'tag')];
  return image !== '' && hub !== undefined && tag !== undefined ? `${hub}/${image}:${tag}` : undefined;
}

/** The image type that ProxyConfigs and the pod's own annotation ask for, the last one of them. */
function variantOf(pod: KubeObject, configs: readonly KubeObject[]): string | undefined {
  const own = /imageType:\s*["']?([\w-]+)/.exec(
    pod.metadata.annotations?.['proxy.istio.io/config'] ?? '',
  )?.[1];
  const asked = configs
    .filter((config) =>
      matchesSelector(
        equalitySelector(field(config, 'spec', 'selector', 'matchLabels')),
        pod.metadata.labels,
      ),
    )
    .flatMap((config) => asString(field(config, 'spec', 'image', 'imageType')) ?? []);
  return own ?? asked.at(-1);
}

function hasOtherImage(pod: KubeObject, expected: string, plain: string): boolean {
  if (pod.metadata.annotations?.['sidecar.istio.io/proxyImage'] !== undefined) return false;
  return ['containers', 'initContainers']
    .flatMap((list) => asArray(field(pod, 'spec', list)))
    .filter((container) => field(container, 'name') === 'istio-proxy')
    .map((container) => asString(field(container, 'image')) ?? '')
    .some((image) => image !== expected && image !== plain);
}
