import type { ProxyAnswers } from '../answers/proxy-answers.ts';
import type { JsonObject } from '../util/json.ts';
import type { Form } from '../ztunnel/reference-form.ts';
import type { ReporterLoader } from './command.ts';

/** Loaders for `-o json` and `-o yaml`. */
export interface ObjectLoaders<T> {
  readonly json: ReporterLoader<ProxyAnswers<T>>;
  readonly yaml: ReporterLoader<ProxyAnswers<T>>;
}

/** Loads, when asked for, the reporters that print ztunnel's objects as JSON and YAML. */
export function objectLoaders<T>(
  form: Form,
  select: (value: T) => readonly JsonObject[],
): { readonly own: ObjectLoaders<T>; readonly compat: ObjectLoaders<T> } {
  const load = async () => {
    const { objectReporters } = await import('../report/ztunnel/objects.ts');
    return objectReporters(form, select);
  };
  return {
    own: { json: async () => (await load()).json, yaml: async () => (await load()).yaml },
    compat: { json: async () => (await load()).compatJson, yaml: async () => (await load()).compatYaml },
  };
}
