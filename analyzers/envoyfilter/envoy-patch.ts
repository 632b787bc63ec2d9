import { asNumber, asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const ROUTES: ReadonlySet<string> = new Set(['ROUTE_CONFIGURATION', 'HTTP_ROUTE']);
const REPLACEABLE: ReadonlySet<string> = new Set(['NETWORK_FILTER', 'HTTP_FILTER', 'VIRTUAL_HOST']);
const RELATIVE: ReadonlySet<string> = new Set(['INSERT_BEFORE', 'INSERT_AFTER', 'REPLACE', 'REMOVE']);

/** Patches that Envoy's configuration will not show, or not reliably. */
export const analyzer = defineAnalyzer({
  name: 'envoyfilter.EnvoyPatchAnalyzer',
  description: 'Checks that the operations of EnvoyFilter patches have an effect, and a certain one.',
  inputs: ['EnvoyFilter'],
  messages,
  codes: ['IST0151', 'IST0152', 'IST0153', 'IST0154', 'IST0155'],
  scope: 'mesh',
  analyze: (context) => {
    /** Names of filters that a patch seen so far has for one proxy version only. */
    const versioned = new Set<string>();
    for (const resource of context.all('EnvoyFilter')) {
      for (const [index, patch] of asObjects(field(resource, 'spec', 'configPatches')).entries()) {
        if (field(patch, 'patch') === undefined) break;
        const operation = asString(field(patch, 'patch', 'operation')) ?? '';
        const applyTo = asString(patch['applyTo']) ?? '';
        const at = { resource, path: ['spec', 'configPatches', index, 'patch', 'operation'] };
        const name = filterName(patch);
        if (operation === 'ADD' && ROUTES.has(applyTo)) context.report('IST0153', { applyTo }, at);
        else if (operation === 'REMOVE' && ROUTES.has(applyTo)) context.report('IST0154', { applyTo }, at);
        else if (operation === 'REPLACE' && !REPLACEABLE.has(applyTo))
          context.report('IST0152', { applyTo }, at);
        else if (RELATIVE.has(operation) && !hasPriority(resource))
          context.report(versioned.has(name) ? 'IST0155' : 'IST0151', { operation }, at);
        if (asString(field(patch, 'match', 'proxy', 'proxyVersion'))) versioned.add(name);
      }
    }
  },
});

function hasPriority(filter: KubeObject): boolean {
  return (asNumber(field(filter, 'spec', 'priority')) ?? 0) !== 0;
}

/** The filter that a patch is about: the one it brings, else the one it matches. */
function filterName(patch: unknown): string {
  return (
    asString(field(patch, 'patch', 'value', 'name')) ??
    asString(field(patch, 'match', 'listener', 'filterChain', 'filter', 'name')) ??
    ''
  );
}
