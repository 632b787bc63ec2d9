import { regexProblem } from '../parts/fields.ts';
import { checkWorkloadSelector } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

const LISTENER_PATCHES: ReadonlySet<string> = new Set([
  'LISTENER',
  'FILTER_CHAIN',
  'NETWORK_FILTER',
  'HTTP_FILTER',
]);
const ROUTE_PATCHES: ReadonlySet<string> = new Set(['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE']);
const HTTP_MANAGERS: ReadonlySet<string> = new Set([
  'envoy.filters.network.http_connection_manager',
  'envoy.http_connection_manager',
]);
const OLD_NAME =
  /^envoy\.(?!filters\.|access_loggers|transport_sockets|retry_|resource_monitors|stat_sinks|tracers)/;
const LONGEST_VERSION = 1024;

/** An EnvoyFilter (analyzers, section 4.7, except for the types of patch values). */
export function checkEnvoyFilter(spec: Spot): void {
  spec.warn(
    'EnvoyFilter changes what Istio makes for Envoy, which may be different after any upgrade: use another API where one will do',
  );
  checkWorkloadSelector(spec, 'Envoy filter');
  for (const patch of spec.items('configPatches')) {
    if (patch.get('match', 'context').text === 'WAYPOINT') continue;
    if (hasNeededFields(patch) && checkVersion(patch)) checkMatch(patch);
  }
}

function hasNeededFields(patch: Spot): boolean {
  const problem = neededField(patch);
  if (problem !== undefined) patch.error(problem);
  return problem === undefined;
}

function neededField(patch: Spot): string | undefined {
  if (patch.get('applyTo').text === '')
    return 'the patch does not say what it applies to: applyTo is missing';
  if (!patch.has('patch')) return 'there is no patch';
  const operation = patch.get('patch', 'operation').text;
  if (operation === '') return 'the patch has no operation';
  return operation !== 'REMOVE' && !patch.has('patch', 'value') ? `${operation} needs a value` : undefined;
}

function checkVersion(patch: Spot): boolean {
  const version = patch.get('match', 'proxy', 'proxyVersion');
  if (version.text.length > LONGEST_VERSION) version.warn(`it is longer than ${LONGEST_VERSION} characters`);
  else {
    const problem = regexProblem(version.text);
    if (problem === undefined) return true;
    version.error(`it is no regular expression of RE2: ${problem}`);
    return false;
  }
  return true;
}

function checkMatch(patch: Spot): void {
  const applyTo = patch.get('applyTo').text;
  const match = patch.get('match');
  const others = (kind: string): readonly string[] =>
    ['listener', 'routeConfiguration', 'cluster'].filter((name) => name !== kind && match.has(name));
  if (LISTENER_PATCHES.has(applyTo)) {
    for (const name of others('listener'))
      match.error(`${applyTo} needs a match of a listener, not ${name}`, name);
    if (others('listener').length === 0)
      checkListenerMatch(match.get('listener', 'filterChain', 'filter'), applyTo);
  } else if (ROUTE_PATCHES.has(applyTo))
    for (const name of others('routeConfiguration'))
      match.error(`${applyTo} needs a match of a route configuration, not ${name}`, name);
  else if (applyTo === 'CLUSTER')
    for (const name of others('cluster'))
      match.error(`${applyTo} needs a match of a cluster, not ${name}`, name);
}

function checkListenerMatch(filter: Spot, applyTo: string): void {
  if (!filter.isSet) return;
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN')
    filter.warn(`${applyTo} takes no notice of the match of a filter`);
  const name = filter.get('name');
  if (name.text === '') filter.error('the match of the filter has no name');
  else if (OLD_NAME.test(name.text)) name.warn(`the filter name "${name.text}" is of an old form`);
  const sub = filter.get('subFilter');
  if (!sub.isSet) return;
  if (applyTo !== 'HTTP_FILTER') sub.error(`${applyTo} takes no subFilter: it is for HTTP_FILTER`);
  if (!HTTP_MANAGERS.has(name.text)) sub.error('subFilter needs the HTTP connection manager as its filter');
  const subName = sub.get('name');
  if (subName.text === '') sub.error('the subFilter has no name');
  else if (OLD_NAME.test(subName.text)) subName.warn(`the filter name "${subName.text}" is of an old form`);
}
