import type { MeshConfigDiff } from '../../answers/mesh-diff/mesh-diff.ts';
import { type FieldChange, shownChanges } from '../../answers/mesh-diff/shown-changes.ts';
import type { KubeObject } from '../../kube/object.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { asObject, asString, field, type JsonObject } from '../../util/json.ts';
import { loadJson } from '../../util/load-json.ts';
import { readYaml } from '../read-yaml.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** Settings by the place that they stand in: the ConfigMaps of the control plane, or what istiod says. */
type Settings = ReadonlyMap<string, JsonObject>;

/**
 * Compares the mesh configuration: what the ConfigMaps `istio` and `istio-<revision>` of the control plane say on both
 * sides, or, where a side lacks them, what an istiod says that it uses.
 */
export async function readMeshConfigDiff({ left, right }: DiffSides): Promise<MeshConfigDiff> {
  const written = compare(await configMaps(left), await configMaps(right));
  if (written !== undefined) return written;
  const [used, other] = [await istiodConfig(left), await istiodConfig(right)];
  const inUse = compare(used, other);
  if (inUse !== undefined) return inUse;
  const side = used.size === 0 ? (other.size === 0 ? 'both' : 'left') : 'right';
  return {
    compared: [],
    changes: [],
    notCompared: { side, why: 'neither the ConfigMap nor istiod says what it is' },
  };
}

function compare(left: Settings, right: Settings): MeshConfigDiff | undefined {
  const common = [...left.keys()].filter((name) => right.has(name));
  if (common.length === 0) return undefined;
  const changes = common.flatMap((name): readonly FieldChange[] => {
    const { changes: own } = shownChanges(asResource(left.get(name)), asResource(right.get(name)));
    return common.length === 1 ? own : own.map((one) => ({ ...one, path: `${name}: ${one.path}` }));
  });
  return { compared: common, changes };
}

function asResource(settings: JsonObject = {}): KubeObject {
  return { ...settings, apiVersion: 'mesh.istio.io/v1alpha1', kind: 'MeshConfig', metadata: { name: '' } };
}

async function configMaps({ source, context }: DiffSide): Promise<Settings> {
  const namespace = await context.istioNamespace();
  const answer = await source.resources({ group: '', plural: 'configmaps', namespace });
  const found = new Map<string, JsonObject>();
  for (const map of answer.ok ? answer.value : []) {
    const { name } = map.metadata;
    const text = /^istio(?:-|$)/.test(name) ? asString(field(map, 'data', 'mesh')) : undefined;
    if (text === undefined) continue;
    const settings = asObject(await readYaml(text));
    if (settings === undefined) {
      context.gap({
        what: `ConfigMap ${namespace}/${name}`,
        why: 'what it says under "mesh" is no map in YAML',
      });
      continue;
    }
    const networks = asString(field(map, 'data', 'meshNetworks'));
    const meshNetworks = networks === undefined ? undefined : await readYaml(networks);
    found.set(`ConfigMap ${namespace}/${name}`, {
      ...settings,
      ...(meshNetworks === undefined ? {} : { meshNetworks }),
    });
  }
  return found;
}

async function istiodConfig({ source }: DiffSide): Promise<Settings> {
  for (const { answer } of await source.istiod({ channel: 'debug', name: 'mesh' })) {
    const settings = answer.ok ? parsed(answer.value) : undefined;
    if (settings !== undefined) return new Map([['what istiod uses', settings]]);
  }
  return new Map();
}

function parsed(bytes: Uint8Array): JsonObject | undefined {
  try {
    return asObject(loadJson(bytes, 'debug/mesh'));
  } catch (error) {
    if (error instanceof MeshscopeError) return undefined;
    throw error;
  }
}
