import { type Finding, resourceText } from '../../analysis/finding.ts';
import { LEVELS } from '../../analysis/message.ts';
import type { AnalysisAnswer } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { compareText, escapeLine } from '../../util/text.ts';
import { goYaml } from '../go-yaml.ts';
import type { Reporter } from '../reporter.ts';
import { referenceText } from './analysis-texts.ts';

const LEVEL = { error: 'Error', warning: 'Warning', info: 'Info' } as const;
const COLOUR = { error: '\u001b[1;31m', warning: '\u001b[33m', info: '' } as const;
const DOCS = 'https://istio.io/v1.30/docs/reference/config/analysis';

/** The lines of the reference: level, code, resource with its place, sentence; an empty line for nothing. */
export const log: Reporter<AnalysisAnswer | AnalyzerList> = (answer, { color }) => {
  if (!('findings' in answer))
    return answer.analyzers.map(({ name, description }) => `* ${name}:\n    ${description}\n`).join('');
  const lines = theirs(answer).map((finding) => {
    const { level, code, resource } = finding;
    const shown = color ? `${COLOUR[level]}${LEVEL[level]}\u001b[0m` : LEVEL[level];
    const place = reference(finding);
    const origin =
      resource === undefined ? '' : ` (${resourceText(resource)}${place === '' ? '' : ` ${place}`})`;
    return escapeColoured(`${shown} [${code}]${origin} ${referenceText(finding)}`, color);
  });
  return lines.length === 0 ? '\n' : `${lines.join('\n')}\n`;
};

/** The reference's array, indented by tabs. */
export const json: Reporter<AnalysisAnswer | AnalyzerList> = (answer) =>
  `${JSON.stringify('findings' in answer ? theirs(answer).map(message) : answer, null, '\t').replace(
    /[<>&\u2028\u2029\u007f-\u009f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`;

/** The same as a list in YAML, with the empty line that the reference prints behind it. */
export const yaml: Reporter<AnalysisAnswer | AnalyzerList> = (answer) =>
  `${goYaml('findings' in answer ? theirs(answer).map(message) : answer)}\n`;

/** What the reference knows too, in its order. */
function theirs({ findings }: AnalysisAnswer): readonly Finding[] {
  const key = ({ resource }: Finding): string =>
    resource === undefined ? '' : `${resource.kind}/${resource.name}/${resource.namespace ?? ''}`;
  return findings
    .filter(({ code }) => code.startsWith('IST'))
    .sort(
      (a, b) =>
        LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
        compareText(a.code, b.code) ||
        compareText(key(a), key(b)) ||
        compareText(referenceText(a), referenceText(b)),
    );
}

function message(finding: Finding): Readonly<Record<string, string>> {
  const { code, level, resource } = finding;
  const place = reference(finding);
  return {
    code,
    documentationUrl: `${DOCS}/${code.toLowerCase()}/?ref=istioctl-analyze`,
    level: LEVEL[level],
    message: referenceText(finding),
    ...(resource === undefined ? {} : { origin: resourceText(resource) }),
    ...(place === '' ? {} : { reference: place }),
  };
}

/** `file:line`; of files in JSON the reference knows no lines. */
function reference({ location }: Finding): string {
  if (location?.file === undefined) return '';
  const { file, line } = location;
  return line === undefined || file.endsWith('.json') ? file : `${file}:${line}`;
}

function escapeColoured(line: string, color: boolean): string {
  if (!color) return escapeLine(line);
  const end = line.indexOf('\u001b[0m');
  return `${line.slice(0, end + 4)}${escapeLine(line.slice(end + 4))}`;
}

/** What the reference says on stderr when the output is printed. */
export function compatStderr(
  answer: AnalysisAnswer,
  isLog: boolean,
  files: readonly string[],
  namespace: string | undefined,
): string {
  const scope = namespace === undefined ? 'all namespaces' : `namespace: ${namespace}`;
  const lost = answer.findings.filter(({ code, level }) => code === 'MSH0090' && level === 'error');
  const parts: string[] = [];
  if (lost.length > 0) {
    const bullets = lost.map(({ location, message: text }) => `\t* ${location?.file}: ${escapeLine(text)}\n`);
    const count = `${lost.length} error${lost.length === 1 ? '' : 's'} occurred:`;
    parts.push(`Error(s) adding files: ${count}\n${bullets.join('')}\n`);
  }
  if (theirs(answer).length === 0) {
    const listed = files.length > 0 && lost.length === 0 ? files.join(', ') : scope;
    parts.push(
      lost.length > 0
        ? `No validation issues found when analyzing ${scope} (but 1 file could not be parsed).\n`
        : `✔ No validation issues found when analyzing ${listed}.\n`,
    );
  }
  if (isLog && answer.failing)
    parts.push(
      `Error: Analyzers found issues when analyzing ${scope}.\nSee ${DOCS} for more information about causes and resolutions.\n`,
    );
  else if (isLog && lost.length > 0) parts.push("Error: Some files couldn't be parsed.\n");
  return parts.join('');
}
