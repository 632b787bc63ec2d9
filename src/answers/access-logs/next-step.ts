import type { Call } from './call.ts';

/** Where a command of a next step begins and how far it goes. */
const COMMAND =
  /meshscope (?:logs|proxy-config|proxy-status|authz check)(?: (?!shows\b|names\b|and\b|show\b)[^\s,;]+)*/g;

/**
 * The next step of a call with its names filled in, so that its commands can be copied; `suffix` (` --from demo`) ends
 * each of them. A command that lacks a name stays without it.
 */
export function nextStep(call: Call, suffix: string): string | undefined {
  const { explanation, toldBy, target, endpoint } = call;
  const text = explanation.next
    ?.replaceAll('{pod}', toldBy)
    .replaceAll('{request}', hostAndPort(target) + pathOption(call))
    .replaceAll('{endpoint}', podOr(endpoint, serviceOf(target) ?? 'OTHER'));
  return text?.replace(COMMAND, (command) => command + suffix);
}

/** `catalog.shop:80 subset v1` without its subset. */
function hostAndPort(target: string): string {
  return target.split(' ')[0] ?? target;
}

/** The path of the request as an option, where a shell takes it as it is. */
function pathOption({ client, servers }: Call): string {
  const path = ((client ?? servers[0])?.entry.path ?? '/').split('?', 1)[0] ?? '/';
  return path !== '/' && /^\/[\w./-]+$/.test(path) ? ` --path ${path}` : '';
}

/** The Service that a target such as `catalog.shop:80` names, as an argument. */
function serviceOf(target: string): string | undefined {
  const service = /^([\w-]+\.[\w-]+):\d+$/.exec(hostAndPort(target))?.[1];
  return service && `svc/${service}`;
}

/** An address is no pod that a command could be asked about. */
function podOr(name: string | undefined, other: string): string {
  return name === undefined || /:\d+$/.test(name) ? other : name;
}
