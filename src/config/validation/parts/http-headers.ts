import type { Spot } from '../spot.ts';

/** Headers that a route adds, sets and removes (analyzers, section 4.2, rule 16). */
export function checkHeaderOperations(headers: Spot): void {
  for (const operation of ['add', 'set']) {
    for (const [name, value] of headers.entries('request', operation)) {
      if (name === '') value.error('the header has no name');
      if (name.startsWith(':') && name !== ':authority') value.error(`the header ${name} can not be changed`);
      checkValue(value);
    }
    for (const [name, value] of headers.entries('response', operation)) {
      checkPlainName(value, name);
      checkValue(value);
    }
  }
  for (const direction of ['request', 'response']) {
    const removed = headers.get(direction, 'remove');
    removed.texts.forEach((name, index) => {
      const problem = plainNameProblem(name);
      if (problem !== undefined) removed.error(problem, index);
    });
  }
}

function checkPlainName(spot: Spot, name: string): void {
  const problem = plainNameProblem(name);
  if (problem !== undefined) spot.error(problem);
}

function plainNameProblem(name: string): string | undefined {
  if (name === '') return 'the header has no name';
  if (name.toLowerCase() === 'host') return 'the header host can not be changed here';
  return name.startsWith(':') ? `the header ${name} can not be changed` : undefined;
}

/** A value is plain text with `%VARIABLE%` or `%VARIABLE(arguments)%` in it; `%%` is a percent sign. */
function checkValue(value: Spot): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value.text))
    value.error('the value holds control characters');
  const rest = value.text
    .replace(/%%/g, '')
    .replace(/%[A-Z][A-Z0-9_]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?(?::\d+)?%/g, '');
  if (rest.includes('%'))
    value.error(
      'a "%" begins a variable such as %REQ(name)%, which is not closed; write "%%" for a percent sign',
    );
}
