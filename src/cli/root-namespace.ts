import type { MeshSource } from '../sources/source.ts';
import { MeshscopeError } from '../util/errors.ts';
import { asString, field } from '../util/json.ts';
import { loadJson } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';
import { readYaml } from './read-yaml.ts';

/**
 * The namespace whose policies and filters apply to the whole mesh: `rootNamespace` of the mesh configuration that an
 * istiod says it uses (`debug/mesh`), else of the `istio` ConfigMap; the control plane's own where neither tells.
 */
export async function rootNamespace(context: CommandContext): Promise<string> {
  const [source, istioNamespace] = await Promise.all([context.source(), context.istioNamespace()]);
  return (
    (await fromIstiod(source)) ??
    (await fromConfigMap(source, istioNamespace, context.globals.revision)) ??
    istioNamespace
  );
}

async function fromIstiod(source: MeshSource): Promise<string | undefined> {
  for (const { answer } of await source.istiod({ channel: 'debug', name: 'mesh' })) {
    const found = answer.ok ? namespaceIn(readJson(answer.value)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return loadJson(bytes, 'debug/mesh');
  } catch (error) {
    if (error instanceof MeshscopeError) return undefined;
    throw error;
  }
}

/** The ConfigMap of a revision is `istio-<revision>`; that of the default one, or of an unknown one, is `istio`. */
async function fromConfigMap(
  source: MeshSource,
  namespace: string,
  revision: string | undefined,
): Promise<string | undefined> {
  for (const name of revision === undefined ? ['istio'] : [`istio-${revision}`, 'istio']) {
    const answer = await source.resources({ group: '', plural: 'configmaps', namespace, name });
    const configMap = answer.ok ? answer.value.find(({ metadata }) => metadata.name === name) : undefined;
    if (configMap === undefined) continue;
    const text = asString(field(configMap, 'data', 'mesh'));
    return text === undefined ? undefined : namespaceIn(await readYaml(text));
  }
  return undefined;
}

/** istiod takes an empty name for its own namespace. */
function namespaceIn(meshConfig: unknown): string | undefined {
  return asString(field(meshConfig, 'rootNamespace')) || undefined;
}
