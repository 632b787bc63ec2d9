import { type ConfigDump, openConfigDump } from '../envoy/dump.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { IstiodReply } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import { MeshscopeError } from '../util/errors.ts';
import { asArray, asObjects, field, type JsonObject } from '../util/json.ts';
import { loadJson } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';
import { notePartial } from './missing.ts';

/** What istiod would send to a proxy now, and which istiod said so. */
export interface ProxyIntent {
  readonly istiod: string;
  readonly dump: ConfigDump;
  /** Its ClusterLoadAssignments (EDS) for the proxy in Envoy's field names; absent when it did not give them. */
  readonly assignments: readonly JsonObject[] | undefined;
}

/** Why no istiod gave its intent: the first failure that says more than that it was not there. */
export interface NoIntent {
  readonly failure: SourceError | undefined;
}

/**
 * istiod's own config_dump for a proxy, from the first istiod that has one: an istiod that the proxy is not
 * connected to answers nothing, an empty dump or an error.
 */
export async function proxyIntent(context: CommandContext, proxy: PodRef): Promise<ProxyIntent | NoIntent> {
  const source = await context.source();
  const failures: SourceError[] = [];
  // A live istiod gives the same page over either channel, as the source finds best.
  const channels = source.kind === 'cluster' ? (['debug'] as const) : (['debug', 'xds'] as const);
  for (const channel of channels) {
    for (const reply of await source.istiod({ channel, name: 'config_dump', proxy })) {
      notePartial(context, `configuration of ${proxyId(proxy)} by ${reply.istiod.name}`, reply.answer);
      const intent = await readIntent(reply, proxy);
      if (intent) return { ...intent, assignments: await intendedEndpoints(context, proxy, intent.istiod) };
      if (!reply.answer.ok) failures.push(reply.answer.error);
    }
  }
  const real = failures.find((failure) => failure.code !== 'NotRecorded' && failure.code !== 'NotFound');
  return { failure: real ?? failures[0] };
}

type Intent = Omit<ProxyIntent, 'assignments'>;

async function readIntent({ istiod, answer }: IstiodReply, proxy: PodRef): Promise<Intent | undefined> {
  if (!answer.ok) return undefined;
  const label = `config_dump of ${proxyId(proxy)} by ${istiod.name}`;
  const document = loadJson(answer.value, label);
  if (asArray(field(document, 'configs')).length === 0) return undefined;
  return { istiod: istiod.name, dump: await openConfigDump(document, label) };
}

const ASSIGNMENT = 'envoy.config.endpoint.v3.ClusterLoadAssignment';

/** The `edsz` page of the istiod that gave the dump. The comparison does without when it can't be had or read. */
async function intendedEndpoints(
  context: CommandContext,
  proxy: PodRef,
  istiod: string,
): Promise<readonly JsonObject[] | undefined> {
  const source = await context.source();
  const replies = await source.istiod({ channel: 'debug', name: 'edsz', proxy });
  const answer = replies.find((reply) => reply.istiod.name === istiod)?.answer;
  if (!answer?.ok) return undefined;
  const configs = field(pageOrNothing(answer.value), 'configs');
  if (!Array.isArray(configs)) return undefined;
  const { toSnakeCase } = await import('../envoy/schema/snake-case.ts');
  return asObjects(configs.map((config) => toSnakeCase(config, ASSIGNMENT)));
}

function pageOrNothing(bytes: Uint8Array): unknown {
  try {
    return loadJson(bytes, 'edsz');
  } catch (error) {
    if (error instanceof MeshscopeError) return undefined;
    throw error;
  }
}
