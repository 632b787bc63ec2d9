import { type AnalysisContext, asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { unknownEnvoyTypes } from '#mesh/envoy-types';
import { messages } from './messages.ts';

type Context = AnalysisContext<'EnvoyFilter', typeof messages, 'MSH0029'>;

/** Patches that bring a filter whole, which Envoy then has to know. */
const BRINGS: ReadonlySet<string> = new Set([
  'ADD',
  'INSERT_BEFORE',
  'INSERT_AFTER',
  'INSERT_FIRST',
  'REPLACE',
]);
const FILTERS: ReadonlySet<string> = new Set(['HTTP_FILTER', 'NETWORK_FILTER', 'LISTENER_FILTER']);

/** Patches with extensions that Envoy does not have: it refuses the whole listener or cluster. */
export const analyzer = defineAnalyzer({
  name: 'envoyfilter.UnknownTypeAnalyzer',
  description: 'Checks that Envoy has the filters and types that patches bring.',
  inputs: ['EnvoyFilter'],
  messages,
  codes: ['MSH0029'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('EnvoyFilter')) {
      asObjects(field(resource, 'spec', 'configPatches')).forEach((patch, index) => {
        checkPatch(context, resource, patch, ['spec', 'configPatches', index, 'patch', 'value']);
      });
    }
  },
});

function checkPatch(
  context: Context,
  resource: KubeObject,
  patch: unknown,
  path: readonly (string | number)[],
): void {
  const value = field(patch, 'patch', 'value');
  for (const { type, path: at } of unknownEnvoyTypes(value, path)) {
    const problem = `has no extension with the type ${type}`;
    context.report('MSH0029', { problem }, { resource, path: at, confidence: 'likely' });
  }
  const applyTo = asString(field(patch, 'applyTo')) ?? '';
  if (!FILTERS.has(applyTo) || !BRINGS.has(asString(field(patch, 'patch', 'operation')) ?? '')) return;
  const name = asString(field(value, 'name'));
  const says = ['typed_config', 'typedConfig', 'config_discovery', 'configDiscovery'];
  if (name === undefined || says.some((key) => field(value, key) !== undefined)) return;
  const problem = `finds filters by the type of their typed_config, and ${name} has none`;
  context.report('MSH0029', { problem }, { resource, path: [...path, 'name'] });
}
