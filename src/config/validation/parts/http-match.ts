import type { Spot } from '../spot.ts';
import { checkLabels, checkPort, checkRegex } from './fields.ts';
import { isNameLabel } from './names.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PSEUDO: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path', ':status']);
const CLAIM = /^@request\.auth\.claims[.[]/i;

/** Whether a header's name is no header but a claim of a checked token. */
export function isClaim(name: string): boolean {
  return CLAIM.test(name);
}

/** Whether a text is a name as HTTP has it: a token. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A match of an http route (analyzers, section 4.2, rules 13 to 15). */
export function checkHttpMatch(match: Spot): void {
  for (const list of ['headers', 'withoutHeaders']) {
    for (const [name, value] of match.entries(list)) {
      checkHeaderName(value, name);
      if (list === 'withoutHeaders' && value.get('regex').text === '*') continue;
      checkStringMatch(value);
    }
  }
  for (const name of ['scheme', 'method', 'authority']) checkStringMatch(match.get(name));
  for (const [, value] of match.entries('queryParams')) checkStringMatch(value);
  const uri = match.get('uri', 'regex');
  if (uri.isSet) checkRegexHere(uri);
  checkMatchScope(match);
}

/** What matches of all protocols have: port, labels and namespace of the source, gateways are checked elsewhere. */
export function checkMatchScope(match: Spot): void {
  if (match.get('port').number !== 0) checkPort(match.get('port'));
  checkLabels(match.get('sourceLabels'));
  const namespace = match.get('sourceNamespace');
  if (namespace.text !== '' && !isNameLabel(namespace.text)) namespace.error('it is no name of a namespace');
}

function checkHeaderName(spot: Spot, name: string): void {
  if (name === '') spot.error('the header has no name');
  else if (!isClaim(name) && !PSEUDO.has(name) && !TOKEN.test(name))
    spot.error(`"${name}" can not be the name of a header`);
}

/** `exact`, `prefix` or `regex`: not empty where that would match everything. */
export function checkStringMatch(match: Spot): void {
  if (!match.isSet) return;
  const [prefix, regex] = [match.get('prefix'), match.get('regex')];
  if (prefix.value === '') prefix.error('the prefix is empty: it matches everything');
  if (regex.value === undefined) return;
  if (regex.text === '') regex.error('the regular expression is empty');
  else checkRegex(regex);
}

function checkRegexHere(regex: Spot): void {
  if (regex.text === '') regex.error('the regular expression is empty');
  else checkRegex(regex);
}
