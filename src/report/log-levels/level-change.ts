import {
  type LevelChange,
  type LevelChangeAnswer,
  type LevelKind,
  OTHER_MODULES,
  type PodLevels,
} from '../../answers/level-change.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { escapeControl, escapeLine } from '../../util/text.ts';
import { jsonText } from '../json.ts';
import type { Reporter, ReportOptions } from '../reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from '../style.ts';
import { yamlText } from '../yaml.ts';

const NAMES_SHOWN = 4;
const NOUN: Record<LevelKind, string> = { envoy: 'loggers', ztunnel: 'modules', istiod: 'scopes' };

/** Reports a change of log levels: what failed first, then what was changed and how to take it back. */
export const levelChangeReport: Reporter<LevelChangeAnswer> = (answer, options) => {
  if (answer.pods.length === 0) return 'No log level is left to put back.\n';
  const style = styleFor(options.color);
  const rank = ({ state }: PodLevels): number => (state === 'failed' ? 0 : 1);
  const pods = [...answer.pods].sort((a, b) => rank(a) - rank(b));
  return pods.map((pod) => podText(pod, answer, style)).join('') + ending(answer, options);
};

function podText(pod: PodLevels, { phase }: LevelChangeAnswer, style: Style): string {
  const name = style.strong(escapeLine(proxyId(pod.pod)));
  const details: string[] = [];
  if (pod.next !== undefined) details.push(`next  ${escapeLine(pod.next)}`);
  if (pod.undo !== undefined && phase !== 'revert') details.push(`undo  ${escapeLine(pod.undo)}`);
  for (const request of pod.requests ?? []) details.push(`sends ${escapeLine(request)}`);
  const lines = [
    `${markSymbol(markOf(pod), style)} ${name}  ${stateText(pod, phase)}`,
    ...details.map((text) => `  ${text}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function markOf({ state }: PodLevels): Mark {
  if (state === 'failed') return 'bad';
  return state === 'changed' ? 'good' : 'plain';
}

function stateText({ state, kind, changes, why }: PodLevels, phase: LevelChangeAnswer['phase']): string {
  const reason = escapeLine(why ?? 'no answer');
  switch (state) {
    case 'failed':
      return phase === 'revert' ? `old levels are not back: ${reason}` : `levels not set: ${reason}`;
    case 'replaced':
      return reason;
    case 'planned':
      return changes.length === 0
        ? 'would be set to what it was started with'
        : `would change ${changesText(changes, kind)}`;
    case 'unchanged':
      return phase === 'revert' ? 'has its old levels already' : 'has these levels already';
    case 'changed':
      return changesText(changes, kind);
  }
}

/** `http, rbac: warning → debug; misc: error → debug`; many loggers are counted. */
function changesText(changes: readonly LevelChange[], kind: LevelKind): string {
  const groups = new Map<string, string[]>();
  for (const { logger, from, to, stackTrace } of changes) {
    const step = `${from ?? 'not set'} → ${to ?? 'not set'}`;
    const name = logger === OTHER_MODULES ? 'all other modules' : logger;
    groups.set(step, [...(groups.get(step) ?? []), stackTrace ? `stack traces of ${name}` : name]);
  }
  const texts = [...groups].map(([step, names]) => {
    const shown = names.length > NAMES_SHOWN ? `${names.length} ${NOUN[kind]}` : names.join(', ');
    return `${shown}: ${step}`;
  });
  return escapeLine(texts.join('; '));
}

function ending({ phase, reverts, pods }: LevelChangeAnswer, { width }: ReportOptions): string {
  if (phase === 'dry-run') return '\nNothing was changed (--dry-run).\n';
  if (reverts === undefined) return '';
  const first = `The old levels come back in ${reverts.after} (${reverts.at}), or on Ctrl-C.`;
  const second = `If this run is killed: ${reverts.byHand}`;
  const one = `${first} ${second}`;
  return pods.length === 0 ? '' : `\n${one.length <= width ? one : `${first}\n${second}`}\n`;
}

const data = ({ phase, pods, reverts, failedBefore }: LevelChangeAnswer): unknown => ({
  apiVersion: 'meshscope.io/v1',
  kind: 'LogLevelChange',
  phase,
  ...(reverts === undefined ? {} : { revertsAt: reverts.at, revertPending: reverts.byHand }),
  ...(failedBefore === undefined ? {} : { failedBefore }),
  pods: pods.map((pod) => ({
    pod: pod.pod.name,
    namespace: pod.pod.namespace,
    server: pod.kind,
    state: pod.state,
    changes: pod.changes.map(({ logger, from, to, stackTrace }) => ({
      logger,
      of: stackTrace ? 'stackTrace' : 'output',
      from: from ?? null,
      to: to ?? null,
    })),
    undo: pod.undo,
    requests: pod.requests,
    why: pod.why,
    next: pod.next,
  })),
});

/** A change of log levels as JSON. */
export const levelChangeJson: Reporter<LevelChangeAnswer> = (answer) => jsonText(data(answer));

/** A change of log levels as YAML; that the old levels are back is a second document. */
export const levelChangeYaml: Reporter<LevelChangeAnswer> = (answer) =>
  (answer.failedBefore === undefined ? '' : '---\n') + yamlText(data(answer));

/** The server's own pages after a change, as the reference prints them; of istiod it prints nothing. */
export const compatLevelChange: Reporter<LevelChangeAnswer> = ({ pods }) =>
  pods
    .filter(({ kind, page }) => kind !== 'istiod' && page !== undefined)
    .map(({ pod, kind, page = '' }) => {
      const text = `${escapeLine(proxyId(pod))}:\n${escapeControl(page)}`;
      return kind === 'ztunnel' ? `${text}\n` : text;
    })
    .join('');
