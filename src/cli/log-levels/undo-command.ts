import type { LevelChange } from '../../answers/level-change.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { GlobalValues } from '../global-options.ts';
import type { ServerKind, ServerLevels } from './server-kind.ts';

/** The command line that takes these changes of a pod back, for the same cluster and login. */
export function undoCommand(
  globals: GlobalValues,
  kind: ServerKind,
  pod: PodRef,
  changes: readonly LevelChange[],
  before: ServerLevels,
): string {
  const name = kind.kind === 'istiod' ? [pod.name, '-i', pod.namespace] : [proxyId(pod)];
  return commandLine([
    ...kind.command.split(' '),
    ...name,
    ...kind.undo(changes, before),
    ...loginFlags(globals),
  ]);
}

/** The command that puts back what killed runs left, for the same cluster and login. */
export function revertPendingCommand(kind: Pick<ServerKind, 'command'>): string {
  return commandLine([...kind.command.split(' '), '--revert-pending']);
}

function loginFlags({ kubeconfig, context, as, asGroup, asUid }: GlobalValues): readonly string[] {
  const given: [string, string | undefined][] = [
    ['--kubeconfig', kubeconfig],
    ['--context', context],
    ['--as', as],
    ...asGroup.map((group): [string, string] => ['--as-group', group]),
    ['--as-uid', asUid],
  ];
  return given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}

/** Words as a shell takes them. */
function commandLine(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return ['meshscope', ...quoted].join(' ');
}
