import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { withoutSecrets } from '../../envoy/redact.ts';
import { goJson } from '../../envoy/schema/go-json.ts';
import { type ProtoJsonOptions, toProtoJson } from '../../envoy/schema/proto-json.ts';
import { goYaml } from '../go-yaml.ts';
import { jsonText } from '../json.ts';
import { dataOfProxies } from '../proxy-answers.ts';
import type { Reporter } from '../reporter.ts';
import { yamlText } from '../yaml.ts';

/** Which messages of an answer to print: one message or a list of them, and their type. */
export interface MessageSelection<T> {
  readonly typeName: string;
  readonly select: (value: T) => unknown;
}

/**
 * The reporters for `-o json|yaml` of an answer: the reference's protobuf JSON, with and without unknown fields. A blank
 * line ends the reference's YAML.
 */
export interface MessageReporters<T> {
  readonly json: Reporter<ProxyAnswers<T>>;
  readonly yaml: Reporter<ProxyAnswers<T>>;
  readonly compatJson: Reporter<ProxyAnswers<T>>;
  readonly compatYaml: Reporter<ProxyAnswers<T>>;
}

/** Builds the JSON and YAML reporters for one kind of message. */
export function messageReporters<T>(selection: MessageSelection<T>): MessageReporters<T> {
  const data = (answer: ProxyAnswers<T>, options: ProtoJsonOptions): unknown =>
    dataOfProxies(answer, (value) => converted(selection.select(value), selection.typeName, options));
  return {
    json: (answer) => jsonText(data(answer, {}), 4),
    yaml: (answer) => yamlText(data(answer, {})),
    compatJson: (answer) => `${goJson(withoutSecrets(data(answer, { unknown: 'drop' })))}\n`,
    compatYaml: (answer) => `${goYaml(withoutSecrets(data(answer, { unknown: 'drop' })))}\n`,
  };
}

function converted(value: unknown, typeName: string, options: ProtoJsonOptions): unknown {
  if (Array.isArray(value)) return value.map((message) => toProtoJson(message, typeName, options));
  return toProtoJson(value, typeName, options);
}
