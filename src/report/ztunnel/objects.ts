import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { withoutSecrets } from '../../envoy/redact.ts';
import { goJson } from '../../envoy/schema/go-json.ts';
import type { JsonObject } from '../../util/json.ts';
import { type Form, inForm, type Unknown } from '../../ztunnel/reference-form.ts';
import { goYaml } from '../go-yaml.ts';
import { jsonText } from '../json.ts';
import { dataOfProxies } from '../proxy-answers.ts';
import type { Reporter } from '../reporter.ts';
import { yamlText } from '../yaml.ts';

/** The reporters for `-o json|yaml` of a list of ztunnel's objects. */
export interface ObjectReporters<T> {
  readonly json: Reporter<ProxyAnswers<T>>;
  readonly yaml: Reporter<ProxyAnswers<T>>;
  readonly compatJson: Reporter<ProxyAnswers<T>>;
  readonly compatYaml: Reporter<ProxyAnswers<T>>;
}

/**
 * Builds the reporters for one kind of object: the reference's fields, and by default also those that it leaves out. A
 * blank line ends the reference's YAML.
 */
export function objectReporters<T>(
  form: Form,
  select: (value: T) => readonly JsonObject[],
): ObjectReporters<T> {
  const data = (answer: ProxyAnswers<T>, unknown: Unknown): unknown =>
    dataOfProxies(answer, (value) => select(value).map((object) => inForm(object, form, unknown)));
  return {
    json: (answer) => jsonText(data(answer, 'keep'), 4),
    yaml: (answer) => yamlText(data(answer, 'keep')),
    compatJson: (answer) => `${goJson(withoutSecrets(data(answer, 'drop')))}\n`,
    compatYaml: (answer) => `${goYaml(withoutSecrets(data(answer, 'drop')))}\n`,
  };
}
