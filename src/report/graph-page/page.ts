import { createHash } from 'node:crypto';
import type { GraphAnswer } from '../../answers/graph/graph-answer.ts';
import { escapeInQuotes, escapeLine } from '../../util/text.ts';
import { counted, nodeText } from '../graph/place.ts';
import { plainJson } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import body from './body.html?raw';
import canvas from './canvas.js?raw';
import { pageData } from './data.ts';
import details from './details.js?raw';
import layout from './layout.js?raw';
import lists from './lists.js?raw';
import main from './main.js?raw';
import model from './model.js?raw';
import style from './page.css?raw';

/** The modules of the page as one script, in the order in which they need each other. */
const SCRIPT = `'use strict';\n(() => {\n${[model, layout, details, lists, canvas, main].map(withoutModules).join('\n')}\n})();`;

/** One page that holds everything: no request leaves it, and nothing in it but its own script runs. */
export const html: Reporter<GraphAnswer> = (answer) => {
  const title = titleOf(answer);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(SCRIPT)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { level, text } = verdict(answer);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${markup(title)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${markup(title)}</h1><span class="verdict ${level}">${markup(text)}</span></header>
${body}<script type="application/json" id="data">${embedded(pageData(answer))}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
};

/** Imports and exports mean nothing inside of one script. */
function withoutModules(text: string): string {
  return text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON that can stand in a page: nothing in it ends the element or begins another one. */
function embedded(value: unknown): string {
  return escapeInQuotes(JSON.stringify(plainJson(value))).replace(
    /[<>&]/g,
    (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
  );
}

function titleOf({ target, dependencies, impact }: GraphAnswer): string {
  if (dependencies !== undefined) return `What ${nodeText(dependencies.id)} depends on`;
  if (impact !== undefined) return `What a change of ${nodeText(impact.id)} affects`;
  return `Dependency graph: ${target}`;
}

function markup(text: string): string {
  return escapeLine(text).replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function verdict({ nodes, cycles, dangling, findings = {} }: GraphAnswer): { level: string; text: string } {
  const loops = cycles.filter(({ level }) => level === 'error').length;
  const all = nodes.flatMap(({ id }) => findings[id] ?? []);
  const errors = all.filter(({ level }) => level === 'error').length;
  const warnings = all.filter(({ level }) => level === 'warning').length;
  const parts = [
    ...counted(loops, 'loop'),
    ...counted(dangling.length, 'broken reference'),
    ...counted(errors, 'error'),
    ...counted(warnings, 'warning'),
  ];
  const isBad = loops + errors > 0 || dangling.some(({ level }) => level === 'error');
  const level = isBad ? 'error' : parts.length > 0 ? 'warning' : 'good';
  return { level, text: parts.length === 0 ? 'no loops, no broken references' : parts.join(', ') };
}
