import { type ConfigDump, openConfigDump } from '../envoy/dump.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import type { IstiodReply } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import { asArray, field } from '../util/json.ts';
import { loadJson } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';

/** What istiod would send to a proxy now, and which istiod said so. */
export interface ProxyIntent {
  readonly istiod: string;
  readonly dump: ConfigDump;
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
  for (const channel of ['debug', 'xds'] as const) {
    for (const reply of await source.istiod({ channel, name: 'config_dump', proxy })) {
      const intent = await readIntent(reply, proxy);
      if (intent) return intent;
      if (!reply.answer.ok) failures.push(reply.answer.error);
    }
  }
  const real = failures.find((failure) => failure.code !== 'NotRecorded' && failure.code !== 'NotFound');
  return { failure: real ?? failures[0] };
}

async function readIntent({ istiod, answer }: IstiodReply, proxy: PodRef): Promise<ProxyIntent | undefined> {
  if (!answer.ok) return undefined;
  const label = `config_dump of ${proxyId(proxy)} by ${istiod.name}`;
  const document = loadJson(answer.value, label);
  if (asArray(field(document, 'configs')).length === 0) return undefined;
  return { istiod: istiod.name, dump: await openConfigDump(document, label) };
}
