import type { ProxyAnswers } from '../answers/proxy-answers.ts';
import type { MessageSelection } from '../report/proxy-config/messages.ts';
import type { ReporterLoader } from './command.ts';

/** Loaders for `-o json` and `-o yaml`. */
export interface MessageLoaders<T> {
  readonly json: ReporterLoader<ProxyAnswers<T>>;
  readonly yaml: ReporterLoader<ProxyAnswers<T>>;
}

/** Loads, when asked for, the reporters that print an answer's Envoy messages as JSON and YAML. */
export function messageLoaders<T>(selection: MessageSelection<T>): {
  readonly own: MessageLoaders<T>;
  readonly compat: MessageLoaders<T>;
} {
  const load = async () => {
    const { messageReporters } = await import('../report/proxy-config/messages.ts');
    return messageReporters(selection);
  };
  return {
    own: { json: async () => (await load()).json, yaml: async () => (await load()).yaml },
    compat: { json: async () => (await load()).compatJson, yaml: async () => (await load()).compatYaml },
  };
}
