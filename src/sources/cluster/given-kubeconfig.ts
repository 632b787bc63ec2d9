import { load } from 'js-yaml';
import { asArray, asObject, asObjects, asString, field, type JsonObject } from '../../util/json.ts';
import type { ChosenContext } from './kubeconfig-files.ts';

/** The context of a kubeconfig that was read from a cluster, or why it is not used. */
export type GivenContext =
  | { readonly ok: true; readonly context: ChosenContext }
  | { readonly ok: false; readonly why: string };

const CLUSTER_FIELDS: ReadonlySet<string> = new Set([
  'server',
  'certificate-authority-data',
  'tls-server-name',
  'disable-compression',
]);
const USER_FIELDS: ReadonlySet<string> = new Set(['token', 'client-certificate-data', 'client-key-data']);
/** What would run programs, read files or send the token elsewhere. */
const HARMLESS: ReadonlySet<string> = new Set(['extensions']);

/**
 * The current context of a kubeconfig that somebody else wrote, such as one in a Secret. Only certificates and tokens
 * that stand in it are taken: whatever would run a program, read a file of this machine, go through a proxy or leave
 * the server unverified is refused, by its name (design: trust boundaries).
 */
export function givenContext(text: string): GivenContext {
  let document: JsonObject | undefined;
  try {
    document = text.trim() === '' ? undefined : asObject(load(text));
  } catch {
    return refused('its kubeconfig is not valid YAML');
  }
  if (document === undefined) return refused('its kubeconfig is empty');
  const name = asString(document['current-context']) ?? '';
  const context = asObject(field(entry(document['contexts'], name), 'context'));
  if (context === undefined) return refused('its kubeconfig has no current context');
  const cluster = asObject(field(entry(document['clusters'], asString(context['cluster'])), 'cluster'));
  const user = asObject(field(entry(document['users'], asString(context['user'])), 'user')) ?? {};
  const server = asString(cluster?.['server']);
  if (cluster === undefined || server === undefined) return refused('its kubeconfig names no server');
  if (!server.startsWith('https://')) return refused('its server is not asked over TLS');
  const wrong =
    Object.keys(cluster).find((key) => !CLUSTER_FIELDS.has(key) && !HARMLESS.has(key)) ??
    Object.keys(user).find((key) => !USER_FIELDS.has(key) && !HARMLESS.has(key));
  if (wrong !== undefined)
    return refused(`its kubeconfig has "${wrong}": only certificates and tokens that stand in it are used`);
  if (asString(cluster['certificate-authority-data']) === undefined)
    return refused('its kubeconfig has no certificate authority to verify the server by');
  return { ok: true, context: { name, namespace: undefined, cluster, user } };
}

function refused(why: string): GivenContext {
  return { ok: false, why };
}

function entry(list: unknown, name: string | undefined): JsonObject | undefined {
  return asObjects(asArray(list)).find((one) => one['name'] === name);
}
