import { type FailRule, meetsFailOn } from '../../answers/fail-on.ts';
import type { ProxyStatus } from '../../answers/proxy-status.ts';
import type { ProxyStatusList } from '../../answers/proxy-status-answer.ts';
import { istiodDocument, mergedDocument } from '../../answers/sync-document.ts';
import type { CommandContext } from '../../cli/context.ts';
import { meshStatus } from '../../cli/mesh-status.ts';
import { requireNamespace, wantedNamespace } from '../../cli/namespaces.ts';
import { mergeSync } from '../../istiod/sync.ts';
import { ExitCode } from '../../util/errors.ts';
import { deepDifferences } from './deep.ts';

/** What the list form is asked for besides the mesh. */
export interface ListOptions {
  readonly all: boolean;
  readonly verbosity: number;
  readonly deep: boolean;
  readonly redraw: boolean;
  readonly failOn: readonly FailRule[];
}

/** The list form: every proxy's state as of now. */
export async function listStatus(context: CommandContext, options: ListOptions): Promise<ProxyStatusList> {
  const namespace = wantedNamespace(context);
  const { status } = await meshStatus(
    context,
    options.deep ? (sync) => deepDifferences(context, sync) : undefined,
  );
  if (namespace !== undefined && status.rows.length === 0 && !context.globals.compat) {
    await requireNamespace(context, namespace);
  }
  const chosen = mergeSync(status.istiods.flatMap((istiod) => istiod.sync ?? []));
  return {
    form: 'list',
    status,
    documents: status.istiods
      .map((istiod) => istiodDocument(istiod, namespace))
      .filter((document) => document !== undefined),
    document: mergedDocument(status.istiods, chosen, namespace),
    view: { all: options.all, verbose: options.verbosity > 0, redraw: options.redraw, deep: options.deep },
    failing: meetsFailOn(status.rows, options.failOn, context.now()),
  };
}

/**
 * The exit code when no istiod answered; `ok` when one did. To who may not ask istiod, what each Envoy says of itself is
 * the answer; an istiod that can't be reached is a failure even so.
 */
export function unansweredExit(status: ProxyStatus): ExitCode {
  if (status.istiods.some((istiod) => istiod.sync !== undefined)) return ExitCode.ok;
  const codes = new Set(status.istiods.map((istiod) => istiod.failure?.code));
  if (status.askedThemselves > 0 && [...codes].every((code) => code === 'Forbidden')) return ExitCode.ok;
  if (codes.has('Forbidden')) return ExitCode.forbidden;
  if (codes.has('Unreachable') || codes.has('Timeout')) return ExitCode.unreachable;
  return codes.has('Corrupt') || codes.has('TooLarge') ? ExitCode.data : ExitCode.notFound;
}
