import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import type { ProxyConfigAll } from '../../answers/proxy-config-all.ts';
import { withoutSecrets } from '../../envoy/redact.ts';
import { goYaml } from '../go-yaml.ts';
import { jsonText } from '../json.ts';
import { dataOfProxies } from '../proxy-answers.ts';
import { yamlText } from '../yaml.ts';

type Dumps = ProxyAnswers<ProxyConfigAll>;

const raw = (answer: Dumps): unknown => dataOfProxies(answer, (value) => value.raw);

/** The dump itself as JSON, with Envoy's own field names and its indentation of one space. */
export const rawJson = (answer: Dumps): string => jsonText(raw(answer), 1);

/** The dump itself as YAML. */
export const rawYaml = (answer: Dumps): string => yamlText(raw(answer));

/** The dump itself as the reference prints it: with a blank line at the end. */
export const compatRawJson = (answer: Dumps): string => `${rawJson(answer)}\n`;

/** The dump itself as the reference's YAML, which a blank line ends, too. */
export const compatRawYaml = (answer: Dumps): string => `${goYaml(withoutSecrets(raw(answer)))}\n`;
