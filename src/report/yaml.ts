import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE, type ScalarLayout } from 'js-yaml';
import { escapeInQuotes, isSteering } from '../util/text.ts';
import { plainJson } from './json.ts';
import type { Reporter } from './reporter.ts';

/** Only a text in double quotes can hold escapes, so one with a character that steers a terminal is put there. */
function quoteSteering(layout: ScalarLayout): void {
  if (isSteering(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}

const scalarStyleRules = [quoteSteering, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)];

/** A value as one YAML document. Control characters, and what else steers a terminal, come out escaped. */
export function yamlText(value: unknown): string {
  return escapeInQuotes(dump(plainJson(value), { lineWidth: -1, noRefs: true, scalarStyleRules }));
}

/** Reports an answer as the YAML of itself. */
export const yaml: Reporter<unknown> = (answer) => yamlText(answer);
