import { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';

/** What is wrong with an expression, or went wrong while it was evaluated. */
export class CelFault extends Error {
  constructor(
    message: string,
    /** Where in the expression, counted from 0; `undefined` where that can't be told. */
    readonly offset?: number,
    /** Whether the values are to blame, such as a field that is not there: the expression is sound and within bounds. */
    readonly isOfValues = false,
  ) {
    super(message);
  }
}

/** What the library says when the language lacks something, or it can't tell which function is meant. */
const OF_LANGUAGE: ReadonlySet<string> = new Set([
  'no_such_overload',
  'no_matching_overload',
  'unknown_variable',
  'unsupported_type',
]);

/** The fault that an error of the library, of the engine or of a function stands for, in one line. */
export function celFault(error: unknown): CelFault {
  if (error instanceof CelFault) return error;
  if (error instanceof EvaluationError)
    return new CelFault(oneLine(error.summary), error.range?.start, !OF_LANGUAGE.has(error.code));
  if (error instanceof ParseError || error instanceof CelTypeError)
    return new CelFault(oneLine(error.summary), error.range?.start);
  if (error instanceof RangeError) return new CelFault('it is nested too deeply, or builds too much');
  return new CelFault(oneLine(error instanceof Error ? error.message : String(error)), undefined, true);
}

function oneLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.replace(/linearMatches/g, 'matches').slice(0, 300);
}
