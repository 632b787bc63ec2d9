import { Environment } from '@marcbachmann/cel-js';
import { CelFault, celFault } from './cel-fault.ts';
import { celMatches } from './cel-matches.ts';
import { celMeter } from './cel-meter.ts';
import { type CelCall, type CelNodes, celNodes } from './cel-nodes.ts';

/** A function beside those of CEL: its signature, such as `resources(string): list`, and what it answers. */
export interface CelFunction {
  readonly signature: string;
  readonly handler: (...args: never[]) => unknown;
}

/** What expressions of a language may use besides CEL itself. */
export interface CelDeclarations {
  /** Type by name: `dyn`, `list`, `map`, `string`, `int` … */
  readonly variables: Readonly<Record<string, string>>;
  readonly functions?: readonly CelFunction[];
  /** Types that functions take and give, by name. */
  readonly types?: Readonly<Record<string, new (...args: never[]) => object>>;
}

/** An expression that was read and whose types fit. */
export interface CelProgram {
  /** The type of what it evaluates to, `dyn` where that is known only then. */
  readonly type: string;
  /** The names that it uses, also those that it defines itself. */
  readonly names: ReadonlySet<string>;
  /** The functions that it calls, with the first argument where that is a text in quotes. */
  readonly calls: readonly CelCall[];
  /**
   * Evaluates it; values go in and come out as `celValue` makes them. Throws `CelFault` for whatever goes wrong, and
   * when it takes more than `budget` steps.
   */
  run(variables: Readonly<Record<string, unknown>>, budget?: number): unknown;
  /** Steps that the last evaluation took. */
  spent(): number;
}

/** Compiles expressions that share their variables and functions. */
export interface CelLanguage {
  /** Throws `CelFault` with the offset in the expression. */
  compile(expression: string): CelProgram;
}

/** Steps of one evaluation: some hundredths of a second. An expression over one resource takes some dozens. */
export const DEFAULT_BUDGET = 500_000;
const LONGEST = 20_000;

/**
 * A language of expressions in CEL, made safe for expressions that others wrote: evaluation has a budget of steps and of
 * what it builds, patterns of `matches` are searched for in linear time, and values are JSON alone.
 */
export function celLanguage({ variables, functions = [], types = {} }: CelDeclarations): CelLanguage {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 5_000, maxDepth: 100 },
  });
  for (const [name, type] of Object.entries(types)) environment.registerType(name, type);
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  const meter = celMeter(environment);
  environment.registerFunction(celMatches.signature, (text: string, pattern: string) =>
    celMatches.handler(text, pattern, meter),
  );
  for (const { signature, handler } of functions)
    environment.registerFunction(signature, handler as (...args: unknown[]) => unknown);
  return { compile: (expression) => compile(environment, meter, expression) };
}

function compile(
  environment: Environment,
  meter: ReturnType<typeof celMeter>,
  expression: string,
): CelProgram {
  if (expression.length > LONGEST) throw new CelFault(`it is longer than ${LONGEST} characters`, LONGEST);
  let program: ReturnType<Environment['parse']>;
  let nodes: CelNodes;
  try {
    program = environment.parse(expression);
    nodes = celNodes(program.ast);
  } catch (error) {
    throw celFault(error);
  }
  const checked = program.check();
  if (!checked.valid) throw celFault(checked.error);
  return {
    type: checked.type ?? 'dyn',
    names: nodes.names,
    calls: nodes.calls,
    spent: () => meter.spent(),
    run: (variables, budget = DEFAULT_BUDGET) => {
      meter.start(budget);
      try {
        return program({ ...variables });
      } catch (error) {
        throw celFault(error);
      }
    },
  };
}
