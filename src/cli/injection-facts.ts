import { type InjectionHook, injectionHooks, labelOf, REVISION_LABEL } from '../kube/injection/hook.ts';
import type { HookSurroundings } from '../kube/injection/hook-health.ts';
import { type InjectorPolicy, injectorPolicy } from '../kube/injection/injector-policy.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Answer } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import { asString, field } from '../util/json.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';
import { readYaml } from './read-yaml.ts';

/** What decides about sidecars in a mesh, as far as it could be read. */
export interface MeshInjection {
  /** The MutatingWebhookConfigurations as they are, also those that inject nothing. */
  readonly configurations: readonly KubeObject[];
  readonly hooks: readonly InjectionHook[];
  readonly namespaces: readonly KubeObject[];
  readonly policyOf: (hook: InjectionHook) => InjectorPolicy | undefined;
  readonly around: HookSurroundings;
  /** ConfigMaps of the control plane's namespace; `undefined` when they could not be read. */
  readonly configMaps: readonly KubeObject[] | undefined;
}

/**
 * Reads the webhooks, namespaces and injector configuration of a mesh. Answers with the error when webhooks or
 * namespaces can't be read, as then nothing can be decided; other missing parts are noted as gaps.
 */
export async function meshInjection(
  context: CommandContext,
): Promise<{ readonly ok: true; readonly value: MeshInjection } | { ok: false; error: SourceError }> {
  const [source, namespace] = await Promise.all([context.source(), context.istioNamespace()]);
  const [configurations, namespaces, configMaps, services, pods] = await Promise.all([
    source.resources({ group: 'admissionregistration.k8s.io', plural: 'mutatingwebhookconfigurations' }),
    source.resources({ group: '', plural: 'namespaces' }),
    source.resources({ group: '', plural: 'configmaps', namespace }),
    source.resources({ group: '', plural: 'services', namespace }),
    source.resources({ group: '', plural: 'pods', namespace }),
  ]);
  if (!configurations.ok) return configurations;
  if (!namespaces.ok) return namespaces;
  noteMissing(context, 'injection webhooks', configurations);
  noteMissing(context, 'namespaces', namespaces);
  noteMissing(context, 'configuration of the injector', configMaps, 'its policy is taken for enabled');
  const hooks = injectionHooks(configurations.value);
  return {
    ok: true,
    value: {
      configurations: configurations.value,
      hooks,
      namespaces: namespaces.value,
      policyOf: await policies(context, hooks, wholeList(configMaps)),
      around: {
        services: wholeList(services),
        pods: wholeList(pods),
        roots: rootsIn(wholeList(configMaps)),
      },
      configMaps: wholeList(configMaps),
    },
  };
}

/** The list when it is whole: of one with parts missing, what is not there proves nothing. */
function wholeList(answer: Answer<readonly KubeObject[]>): readonly KubeObject[] | undefined {
  return answer.ok && (answer.missing ?? []).length === 0 ? answer.value : undefined;
}

function rootsIn(configMaps: readonly KubeObject[] | undefined): string | undefined {
  const found = configMaps?.find(({ metadata }) => metadata.name === 'istio-ca-root-cert');
  return asString(field(found, 'data', 'root-cert.pem'));
}

/** The ConfigMap that configures the injector of a revision. */
export function injectorConfigMap(
  configMaps: readonly KubeObject[] | undefined,
  revision: string,
): KubeObject | undefined {
  return configMaps?.find(
    (one) =>
      one.metadata.name.startsWith('istio-sidecar-injector') && labelOf(one, REVISION_LABEL) === revision,
  );
}

async function policies(
  context: CommandContext,
  hooks: readonly InjectionHook[],
  configMaps: readonly KubeObject[] | undefined,
): Promise<(hook: InjectionHook) => InjectorPolicy | undefined> {
  const known = new Map<string, InjectorPolicy | undefined>();
  for (const { revision, name } of hooks) {
    if (known.has(revision) || configMaps === undefined) continue;
    const text = asString(field(injectorConfigMap(configMaps, revision), 'data', 'config'));
    const policy = text === undefined ? undefined : injectorPolicy(await readYaml(text));
    known.set(revision, policy);
    if (policy !== undefined) continue;
    context.gap({
      what: `injector policy of ${name}`,
      why:
        text === undefined
          ? `no ConfigMap istio-sidecar-injector of revision "${revision}" in the namespace of the control plane; its policy is taken for enabled`
          : 'the config in its ConfigMap can not be read; its policy is taken for enabled',
    });
  }
  return (hook) => known.get(hook.revision);
}
