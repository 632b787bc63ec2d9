import {
  bodyValue,
  type DebugAnswer,
  type DebugAnswers,
  type DebugBody,
  type DebugPageList,
} from '../answers/debug-answers.ts';
import { escapeControl } from '../util/text.ts';
import { jsonText } from './json.ts';
import type { Reporter } from './reporter.ts';
import { alignedTable } from './table.ts';
import { yamlText } from './yaml.ts';

type Answer = DebugAnswers | DebugPageList;

/** The page as it is, JSON indented; with `--all` an object by istiod; the list as a table. */
export const table: Reporter<Answer> = (answer, options) => {
  if (answer.form === 'list') {
    const rows = answer.pages.map(({ name, parameters, needsProxy, shows }) => [
      name,
      parameters
        .map((parameter) => (parameter === 'proxyID' && needsProxy ? 'proxyID (needed)' : parameter))
        .join(', '),
      shows,
    ]);
    return alignedTable(['PAGE', 'PARAMETERS', 'SHOWS'], rows, options);
  }
  const [only] = answer.answers;
  if (answer.all || only === undefined) return jsonText(documentOf(answer));
  return pageText(only.body);
};

/** As `table`; a page that is not JSON is a JSON text. */
export const json: Reporter<Answer> = (answer) => jsonText(documentOf(answer));

/** As `json`, in YAML. */
export const yaml: Reporter<Answer> = (answer) => yamlText(documentOf(answer));

/** The reference calls every istiod `MISSING`, so that with `--all` the last one stands for all. */
export const compatTable: Reporter<Answer> = (answer, options) => {
  if (answer.form === 'list' || !answer.all) return table(answer, options);
  const last = answer.answers.at(-1);
  return jsonText(last === undefined ? {} : { MISSING: bodyValue(last.body) });
};

function pageText(body: DebugBody): string {
  if ('json' in body) return jsonText(body.json);
  return `${escapeControl(body.text).replace(/\n+$/, '')}\n`;
}

function documentOf(answer: Answer): unknown {
  if (answer.form === 'list') {
    return { apiVersion: 'meshscope.io/v1', kind: 'DebugPages', pages: answer.pages };
  }
  const entry = ({ istiod, body }: DebugAnswer): [string, unknown] => [istiod, bodyValue(body)];
  return answer.all
    ? Object.fromEntries(answer.answers.map(entry))
    : bodyValue(answer.answers[0]?.body ?? { text: '' });
}
