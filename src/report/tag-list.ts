import type { CheckedTag, TagRow } from '../answers/tag-list.ts';
import { escapeInQuotes } from '../util/text.ts';
import { detailTable } from './detail-table.ts';
import { goYaml } from './go-yaml.ts';
import { jsonText } from './json.ts';
import type { Reporter } from './reporter.ts';
import { markSymbol, plainMark, styleFor } from './style.ts';
import { tabwriterTable } from './tabwriter.ts';
import { yamlText } from './yaml.ts';

/** What the command answers: our rows and the reference's. */
export interface TagListAnswer {
  readonly tags: readonly CheckedTag[];
  readonly compat: readonly TagRow[];
}

const NONE = 'no revision is in the cluster: no injection webhook carries istio.io/rev\n';

/** Each tag with its revision, the namespaces that it injects, and what is wrong with it. */
export const tagListReport: Reporter<TagListAnswer> = ({ tags }, options) => {
  const style = styleFor(options.color);
  if (tags.length === 0) return `${markSymbol('warn', style)} ${NONE}`;
  const rows = tags.map(({ tag, revision, namespaces, problem }) => {
    const mark = problem === undefined ? 'good' : 'bad';
    const where = namespaces.length === 0 ? 'injects no namespace' : `injects ${namespaces.join(', ')}`;
    const text = `${plainMark(mark)} ${tag === '' ? '(no tag)' : tag}`;
    const paint = (shown: string): string => markSymbol(mark, style) + shown.slice(1);
    return {
      cells: [{ text, paint }, revision],
      detail: problem === undefined ? where : `${problem}; ${where}`,
    };
  });
  return detailTable(['  TAG', 'REVISION'], rows, options);
};

/** The rows as JSON, with the reference's fields. */
export const tagListJson: Reporter<TagListAnswer> = ({ tags }) => jsonText(tags);

/** The rows as YAML, with the reference's fields. */
export const tagListYaml: Reporter<TagListAnswer> = ({ tags }) => yamlText(tags);

/** The reference's table. */
export const compatTagListReport: Reporter<TagListAnswer> = ({ compat }) =>
  compat.length === 0
    ? 'No Istio revision tag MutatingWebhookConfigurations to list\n'
    : tabwriterTable(
        [
          ['TAG', 'REVISION', 'NAMESPACES'],
          ...compat.map(({ tag, revision, namespaces }) => [tag, revision, namespaces.join(',')]),
        ],
        1,
      );

/** The reference's JSON, indented by tabs. */
export const compatTagListJson: Reporter<TagListAnswer> = ({ compat }) =>
  `${escapeInQuotes(JSON.stringify(compat, null, '\t'))}\n`;

/** The reference's YAML, with the blank line that it ends in. */
export const compatTagListYaml: Reporter<TagListAnswer> = ({ compat }) => `${goYaml(compat)}\n`;
