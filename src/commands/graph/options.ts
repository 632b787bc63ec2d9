import type { CommandInput } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { OBJECT_FORMS, type ObjectArgument } from '../../cli/graph-object.ts';
import { wantedNamespace } from '../../cli/namespaces.ts';
import { flag, integer, list, text } from '../../cli/options.ts';

/** The options of the command. */
export const OPTIONS = {
  fromObject: text('--from-object <kind/name>', `what this object depends on: ${OBJECT_FORMS}`),
  impact: text('--impact <kind/name>', 'who is affected when this object changes, in the same form'),
  depth: integer('--depth <number>', 'how many references to follow with --from-object', 4, {
    min: 1,
    max: 20,
  }),
  kind: list('--kind <kind>', 'only objects of this kind, and what they refer to; repeatable'),
  useKube: flag('-k, --use-kube', 'with files: the graph of the files over the resources of the cluster'),
  meshConfigFile: text('--meshConfigFile <file>', 'mesh configuration to use over that of the mesh'),
  exitCode: flag('--exit-code', 'exit with 1 when there is a loop or a broken reference'),
};

/** What the command is given. */
export type Input = CommandInput<typeof OPTIONS>;

/** The object that is asked about, if one is; both options at once are refused before. */
export function objectArguments(
  { fromObject, impact }: Input['options'],
  context: CommandContext,
): readonly ObjectArgument[] {
  const namespace = wantedNamespace(context);
  return [
    ...(fromObject === undefined ? [] : [{ option: '--from-object', text: fromObject, namespace }]),
    ...(impact === undefined ? [] : [{ option: '--impact', text: impact, namespace }]),
  ];
}
