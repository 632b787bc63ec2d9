import type { LogLine } from './entry.ts';
import { parseJsonLine } from './json-line.ts';
import { parseTextLine } from './text-line.ts';
import { parseZtunnelLine } from './ztunnel-line.ts';

/** A line longer than this is cut before it is read: nobody reads it, and a log may hold anything. */
const LONGEST = 32_768;

/** What one line of the log of a proxy (Envoy with its agent, or ztunnel) is. Never throws. */
export function parseLogLine(raw: string): LogLine {
  const line = raw.slice(0, LONGEST).replace(/\r$/, '');
  const entry = line.startsWith('[')
    ? parseTextLine(line)
    : line.startsWith('{')
      ? (parseJsonLine(line) ?? parseZtunnelLine(line))
      : parseZtunnelLine(line);
  if (entry !== undefined) return { kind: 'access', entry };
  return { kind: looksLikeAccess(line) ? 'other-format' : 'own', text: line };
}

/** The lines of a log; empty ones are left out. */
export function parseLog(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLogLine);
}

/** A request line in quotes, or a JSON object about a response: an access log whose form was chosen by the operator. */
function looksLikeAccess(line: string): boolean {
  return (
    /"[A-Z]{3,8} \/\S* HTTP\/\d/.test(line) || /^\{.*"(?:response_code|status|response_flags)"/.test(line)
  );
}
