import { type CelLanguage, type CelProgram, celLanguage } from '../../config/cel/cel.ts';
import { CelFault } from '../../config/cel/cel-fault.ts';
import { celValue } from '../../config/cel/cel-value.ts';
import type { KubeObject } from '../../kube/object.ts';
import { KINDS, type Kind } from '../../mesh/kinds.ts';
import { asObject, type JsonObject } from '../../util/json.ts';
import { nearest } from '../../util/text.ts';
import type { AnalysisContext } from '../analyzer.ts';

/** What expressions of rules may use: `object`, what is joined to it, and look-ups in all that was read. */
const VARIABLES = {
  object: 'dyn',
  namespaceObject: 'dyn',
  pods: 'list',
  services: 'list',
} as const;

/** A variable of the expressions of rules. */
export type RuleVariable = keyof typeof VARIABLES;

/** The look-ups that expressions have while an analyzer runs; undefined in between. */
let lookups: AnalysisContext | undefined;

const language: CelLanguage = celLanguage({
  variables: VARIABLES,
  functions: [
    {
      signature: 'resources(string): list',
      handler: (kind: string) => listed(kind, (context, known) => context.all(known)),
    },
    {
      signature: 'resources(string, string): list',
      handler: (kind: string, namespace: string) =>
        listed(kind, (context, known) => context.inNamespace(known, namespace)),
    },
  ],
});

/** An expression, the variables that it uses, and the kinds that it looks up. */
export interface RuleExpression {
  readonly program: CelProgram;
  readonly uses: ReadonlySet<RuleVariable>;
  readonly kinds: readonly Kind[];
}

/** Compiles an expression of a rule. Throws `CelFault`. */
export function compileExpression(text: string): RuleExpression {
  const program = language.compile(text);
  const uses = new Set(Object.keys(VARIABLES).filter((name) => program.names.has(name)) as RuleVariable[]);
  const kinds = program.calls
    .filter(({ name }) => name === 'resources')
    .map(({ argument, offset }) => {
      if (argument === undefined)
        throw new CelFault('resources() needs the kind in quotes, so that it can be read beforehand', offset);
      if (Object.hasOwn(KINDS, argument)) return argument as Kind;
      const [near] = nearest(argument, Object.keys(KINDS), 1);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      throw new CelFault(`the kind "${argument.slice(0, 40)}" is not analyzed${hint}`, offset);
    });
  return { program, uses, kinds };
}

/** Runs an action in which expressions may look things up in what an analyzer sees. */
export function withLookups<T>(context: AnalysisContext, action: () => T): T {
  lookups = context;
  try {
    return action();
  } finally {
    lookups = undefined;
  }
}

function listed(
  kind: string,
  read: (context: AnalysisContext, kind: Kind) => readonly KubeObject[],
): unknown {
  if (lookups === undefined) throw new CelFault('resources() can not be used here');
  return read(lookups, kind as Kind).map(ruleValue);
}

/** A resource as expressions see it: what is secret stays out of what they may print. */
export function ruleValue(object: KubeObject): unknown {
  return celValue(object.kind === 'Secret' ? withoutSecrets(object) : object);
}

const hidden = new WeakMap<KubeObject, KubeObject>();

function withoutSecrets(object: KubeObject): KubeObject {
  const known = hidden.get(object);
  if (known !== undefined) return known;
  const emptied = (value: unknown): JsonObject | undefined => {
    const members = asObject(value);
    return members && Object.fromEntries(Object.keys(members).map((key) => [key, '']));
  };
  const made = {
    ...object,
    data: emptied(object['data']) ?? {},
    stringData: emptied(object['stringData']) ?? {},
  };
  hidden.set(object, made);
  return made;
}
