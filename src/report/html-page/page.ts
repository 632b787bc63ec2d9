import { createHash } from 'node:crypto';
import { escapeInQuotes } from '../../util/text.ts';
import { plainJson } from '../json.ts';
import base from './base.css?raw';
import element from './element.js?raw';
import { asIs, type Markup, markup } from './markup.ts';

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  /** Style sheets after the one that all pages share. */
  readonly styles: readonly string[];
  /** Modules after those that all pages share, in the order in which they need each other. */
  readonly modules: readonly string[];
  readonly body: Markup;
  /** What the script reads from the element `data`. */
  readonly data: unknown;
}

/** One page that holds everything: no request leaves it, and nothing in it but its own script runs. */
export function pageText({ title, styles, modules, body, data }: PageParts): string {
  const style = asIs([base, ...styles].join('\n'));
  const script = oneScript([element, ...modules]);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // The quotes of the policy are its own: nothing in it comes from outside.
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${asIs(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`.text;
}

/** JSON that can stand in a page: nothing in it ends the element or begins another one. */
export function embeddedJson(value: unknown): Markup {
  return asIs(
    escapeInQuotes(JSON.stringify(plainJson(value))).replace(
      /[<>&]/g,
      (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
    ),
  );
}

/** Modules as one script: imports and exports mean nothing inside of it. */
function oneScript(modules: readonly string[]): Markup {
  const texts = modules.map((text) => text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, ''));
  return asIs(`'use strict';\n(() => {\n${texts.join('\n')}\n})();`);
}

function hashOf({ text }: Markup): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
