import type { ProxyAnswers } from '../answers/proxy-answers.ts';
import type { JsonObject } from '../util/json.ts';
import type { Form } from '../ztunnel/reference-form.ts';
import { type CommandDefinition, defineCommand, type ReporterLoader } from './command.ts';
import type { CommandContext } from './context.ts';
import { ztunnelRights } from './object-rights.ts';
import type { OptionTable, OptionValues } from './options.ts';
import type { Right } from './rights.ts';
import {
  askZtunnels,
  checkZtunnelTarget,
  ZTUNNEL_ARGUMENT,
  ZTUNNEL_OPTIONS,
  type ZtunnelDocument,
  type ZtunnelInput,
} from './ztunnel-input.ts';

/** A question about one kind of a ztunnel's objects. */
interface ZtunnelQuestion<O extends OptionTable, T>
  extends Pick<CommandDefinition, 'name' | 'description' | 'examples'> {
  /** Those of its own. */
  readonly options: O;
  /** `one` ztunnel where all hold the same, `each` where each knows its own node alone. */
  readonly whom: 'one' | 'each';
  /** What it reads of the mesh besides. */
  readonly reads?: readonly Right[];
  answer(document: ZtunnelDocument, options: OptionValues<O>, context: CommandContext): Promise<T> | T;
  readonly table: ReporterLoader<ProxyAnswers<T>>;
  readonly compatTable: ReporterLoader<ProxyAnswers<T>>;
  /** For `-o json` and `-o yaml`: the objects of an answer as ztunnel gave them, and their form. */
  readonly form: Form;
  objects(value: T): readonly JsonObject[];
}

/** A command of `ztunnel-config` that shows one kind of objects. */
export function ztunnelCommand<const O extends OptionTable, T>(question: ZtunnelQuestion<O, T>) {
  const { name, description, examples, options, whom, reads, table, compatTable } = question;
  const load = async () => {
    const { objectReporters } = await import('../report/ztunnel/objects.ts');
    return objectReporters<T>(question.form, question.objects);
  };
  return defineCommand<typeof ZTUNNEL_OPTIONS & O, ProxyAnswers<T>>({
    name,
    description,
    args: [ZTUNNEL_ARGUMENT],
    options: { ...ZTUNNEL_OPTIONS, ...options },
    examples,
    stability: 'stable',
    needs: ['ztunnel'],
    rights: (input, globals) => ztunnelRights(input as ZtunnelInput, globals, reads),
    validate: (input) => checkZtunnelTarget(input as ZtunnelInput),
    run: (input, context) =>
      askZtunnels(input as ZtunnelInput, context, whom, (document) =>
        question.answer(document, input.options, context),
      ),
    reporters: { table, json: async () => (await load()).json, yaml: async () => (await load()).yaml },
    compatReporters: {
      table: compatTable,
      json: async () => (await load()).compatJson,
      yaml: async () => (await load()).compatYaml,
    },
  });
}
