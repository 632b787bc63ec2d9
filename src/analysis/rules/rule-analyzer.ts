import { CelFault } from '../../config/cel/cel-fault.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type LabelSelector, matchesSelector, parseSelector } from '../../kube/selector.ts';
import type { Kind } from '../../mesh/kinds.ts';
import type { AnalysisContext, Analyzer } from '../analyzer.ts';
import { type FieldPath, pathSteps, resourceRef, resourceText } from '../finding.ts';
import { matchesGlob } from '../suppression.ts';
import { podsOf, servicesOf } from './joined.ts';
import { type Rule, RuleFault, ruleFault } from './read-rule.ts';
import { compileExpression, type RuleExpression, ruleValue, withLookups } from './rule-language.ts';
import { type MessagePart, readMessage, renderParts } from './rule-message.ts';

/** Steps that one evaluation, and all of a rule together, may take: some hundredths of a second, and some seconds. */
const BUDGET = 500_000;
const BUDGET_OF_ALL = 50_000_000;

interface CompiledRule {
  readonly rule: Rule;
  readonly expression: RuleExpression;
  readonly message: readonly MessagePart[];
  readonly path: FieldPath | undefined;
  readonly selector: LabelSelector;
  /** All that the expression and the message use. */
  readonly uses: ReadonlySet<string>;
  readonly inputs: readonly Kind[];
}

/** The analyzer that a rule stands for, `rule.<name>`. Throws `RuleFault` where an expression can't be used. */
export function ruleAnalyzer(rule: Rule): Analyzer {
  const compiled = compileRule(rule);
  const { file } = rule.origin;
  const { line } = rule.origin.position();
  return {
    name: `rule.${rule.name}`,
    description: `Checks the rule ${rule.name} of ${file}.`,
    inputs: compiled.inputs,
    messages: {
      [rule.code]: {
        name: rule.name,
        level: rule.level,
        template: '{text}',
        why: rule.why,
        fix: rule.fix,
        audit: rule.audit,
        docs: `${file}:${line}`,
      },
    },
    codes: [rule.code],
    scope: 'mesh',
    analyze: (context) => withLookups(context, () => analyze(compiled, context)),
  };
}

function compileRule(rule: Rule): CompiledRule {
  const expression = located(rule, 'expr', () => compileExpression(rule.expr));
  if (expression.program.type !== 'bool' && expression.program.type !== 'dyn')
    throw ruleFault(rule.origin, ['spec', 'expr'], `it is a ${expression.program.type}, not true or false`);
  const message = located(rule, 'message', () => readMessage(rule.message));
  const all = [expression, ...message.flatMap((part) => ('expression' in part ? [part.expression] : []))];
  const uses = new Set<string>(all.flatMap((one) => [...one.uses]));
  const joined: Kind[] = [
    ...(uses.has('namespaceObject') ? (['Namespace'] as const) : []),
    ...(uses.has('pods') || uses.has('services') ? (['Pod', 'Service'] as const) : []),
  ];
  const inputs = [...new Set([...rule.kinds, ...joined, ...all.flatMap(({ kinds }) => kinds)])].sort();
  const selector = parseSelector(rule.selector ?? '') ?? [];
  return { rule, expression, message, path: pathOf(rule), selector, uses, inputs };
}

function located<T>(rule: Rule, key: 'expr' | 'message', action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof CelFault)) throw error;
    throw ruleFault(rule.origin, ['spec', key], error.message, { character: error.offset });
  }
}

function pathOf({ path, origin }: Rule): FieldPath | undefined {
  if (path === undefined) return undefined;
  try {
    return pathSteps(path);
  } catch {
    throw ruleFault(origin, ['spec', 'path'], `"${path}" is no field`);
  }
}

/** Judges each resource; what went wrong for some of them is thrown at the end, once. */
function analyze(compiled: CompiledRule, context: AnalysisContext): void {
  const { rule, inputs } = compiled;
  const confidence = inputs.some((kind) => context.mayLack(kind)) ? 'likely' : 'certain';
  const failed: { readonly object: KubeObject; readonly fault: CelFault }[] = [];
  let left = BUDGET_OF_ALL;
  for (const kind of rule.kinds) {
    for (const object of context.all(kind)) {
      const variables = isMatch(compiled, object) ? variablesFor(object, kind, compiled, context) : undefined;
      if (variables === undefined) continue;
      try {
        const { program } = compiled.expression;
        const holds = program.run(variables, Math.min(BUDGET, left));
        left -= program.spent();
        if (typeof holds !== 'boolean') throw new CelFault('it is neither true nor false', 0);
        if (holds) continue;
        const text = renderParts(compiled.message, variables);
        const at = {
          resource: object,
          ...(compiled.path ? { path: compiled.path } : {}),
          confidence,
        } as const;
        context.report(rule.code, { text }, at);
      } catch (error) {
        if (!(error instanceof CelFault)) throw error;
        left -= compiled.expression.program.spent();
        failed.push({ object, fault: error });
        if (left <= 0) break;
      }
    }
  }
  if (failed.length > 0) throw failure(rule, failed);
}

function isMatch({ rule, selector }: CompiledRule, { metadata, kind }: KubeObject): boolean {
  const namespace = kind === 'Namespace' ? metadata.name : (metadata.namespace ?? '');
  const wanted = rule.namespaces.filter((one) => !one.startsWith('!'));
  const unwanted = rule.namespaces.filter((one) => one.startsWith('!')).map((one) => one.slice(1));
  return (
    (wanted.length === 0 || wanted.some((one) => matchesGlob(one, namespace))) &&
    !unwanted.some((one) => matchesGlob(one, namespace)) &&
    matchesSelector(selector, metadata.labels)
  );
}

/** `undefined` when the rule needs the Namespace and that was not read: then it can't be judged. */
function variablesFor(
  object: KubeObject,
  kind: Kind,
  { uses }: CompiledRule,
  context: AnalysisContext,
): Readonly<Record<string, unknown>> | undefined {
  const namespace =
    kind === 'Namespace'
      ? object
      : uses.has('namespaceObject')
        ? context.get('Namespace', undefined, object.metadata.namespace ?? '')
        : undefined;
  if (uses.has('namespaceObject') && namespace === undefined) return undefined;
  return {
    object: ruleValue(object),
    namespaceObject: namespace === undefined ? null : ruleValue(namespace),
    pods: uses.has('pods') ? podsOf(object, kind, context).map(ruleValue) : [],
    services: uses.has('services') ? servicesOf(object, kind, context).map(ruleValue) : [],
  };
}

function failure(
  rule: Rule,
  failed: readonly { readonly object: KubeObject; readonly fault: CelFault }[],
): RuleFault {
  const [first] = failed;
  const { line, column } = rule.origin.character(['spec', 'expr'], first?.fault.offset ?? 0);
  const where = first === undefined ? '' : resourceText(resourceRef(first.object));
  const more = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
  const message = `${rule.origin.file}:${line}:${column}: ${first?.fault.message} (for ${where}${more})`;
  return new RuleFault(message, rule.origin.file, line, column);
}
