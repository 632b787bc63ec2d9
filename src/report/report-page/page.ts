import { createHash } from 'node:crypto';
import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import { escapeLine } from '../../util/text.ts';
import { summary } from '../mesh-report/summary.ts';
import type { Reporter } from '../reporter.ts';

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}';

/** One page without scripts that holds the report as text; nothing is loaded. */
export const html: Reporter<MeshReport> = (report, options) => {
  const text = summary(report, { ...options, color: false, width: Number.POSITIVE_INFINITY });
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${markup(report.verdict.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main><pre>${(typeof text === 'string' ? text : [...text].join('')).split('\n').map(markup).join('\n')}</pre></main>
</body>
</html>
`;
};

function markup(text: string): string {
  return escapeLine(text).replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
