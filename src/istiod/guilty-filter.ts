import type { KubeObject } from '../kube/object.ts';
import { asArray, asObject, asString, field } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import type { Rejection } from './nack.ts';
import type { ProxyType } from './sync.ts';

/** The proxy whose push was refused: its labels and namespace decide which EnvoyFilters apply to it. */
export interface RejectingProxy {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly type: ProxyType;
}

/** An EnvoyFilter that may have caused a refusal, and the name by which it was recognised in Envoy's text. */
export interface Suspect {
  readonly namespace: string;
  readonly name: string;
  readonly mention: string;
}

/**
 * EnvoyFilters that apply to the proxy and put in something that the refusal names: a filter or extension name, a
 * type URL, or the message of a failed validation. One: the cause. Several: candidates, none is preferred. Sorted.
 */
export function suspectFilters(
  rejections: readonly Rejection[],
  proxy: RejectingProxy,
  envoyFilters: readonly KubeObject[],
  rootNamespace: string,
): Suspect[] {
  const mentions = new Set(rejections.flatMap((rejection) => rejection.mentions));
  if (mentions.size === 0) return [];
  const suspects = envoyFilters.flatMap((filter) => {
    if (!appliesTo(filter, proxy, rootNamespace)) return [];
    const mention = mentionedBy(filter, proxy, mentions);
    const { name, namespace = '' } = filter.metadata;
    return mention === undefined ? [] : [{ namespace, name, mention }];
  });
  return suspects.sort((a, b) => compareText(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
}

function appliesTo(filter: KubeObject, proxy: RejectingProxy, rootNamespace: string): boolean {
  const { namespace } = filter.metadata;
  if (namespace !== proxy.namespace && namespace !== rootNamespace) return false;
  const targets = asArray(field(filter, 'spec', 'targetRefs'));
  if (targets.length > 0)
    return proxy.type !== 'sidecar' && targets.some((target) => targetsProxy(target, proxy));
  const selector = asObject(field(filter, 'spec', 'workloadSelector', 'labels')) ?? {};
  return Object.entries(selector).every(([key, value]) => proxy.labels[key] === value);
}

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** A Gateway is matched by name; other targets (Service, GatewayClass) reach a waypoint through more than its labels. */
function targetsProxy(target: unknown, proxy: RejectingProxy): boolean {
  if (asString(field(target, 'kind')) !== 'Gateway') return true;
  return asString(field(target, 'name')) === proxy.labels[GATEWAY_NAME];
}

function mentionedBy(
  filter: KubeObject,
  proxy: RejectingProxy,
  mentions: ReadonlySet<string>,
): string | undefined {
  for (const patch of asArray(field(filter, 'spec', 'configPatches'))) {
    if (!contextFits(asString(field(patch, 'match', 'context')), proxy.type)) continue;
    const name = firstMention(field(patch, 'patch', 'value'), mentions, 0);
    if (name !== undefined) return name;
  }
  return undefined;
}

function contextFits(context: string | undefined, type: ProxyType): boolean {
  if (context === undefined || context === 'ANY' || type === 'unknown') return true;
  if (context === 'GATEWAY') return type === 'router';
  if (context === 'WAYPOINT') return type === 'waypoint';
  return context.startsWith('SIDECAR') ? type === 'sidecar' : true;
}

const NAMING_KEYS: ReadonlySet<string> = new Set(['name', '@type', 'type_url', 'typeUrl']);
const MAX_DEPTH = 40;

function firstMention(value: unknown, mentions: ReadonlySet<string>, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const item of asArray(value)) {
    const found = firstMention(item, mentions, depth + 1);
    if (found !== undefined) return found;
  }
  for (const [key, member] of Object.entries(asObject(value) ?? {})) {
    const text = NAMING_KEYS.has(key) ? asString(member) : undefined;
    const found = text === undefined ? firstMention(member, mentions, depth + 1) : matching(text, mentions);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A name or type URL fits as a whole, or by the message that it ends with (`…v3.LocalRateLimit`). */
function matching(text: string, mentions: ReadonlySet<string>): string | undefined {
  const bare = text.slice(text.lastIndexOf('/') + 1);
  const message = bare.slice(bare.lastIndexOf('.') + 1);
  if (mentions.has(text)) return text;
  if (mentions.has(bare)) return bare;
  return /^[A-Z]/.test(message) && mentions.has(message) ? message : undefined;
}
