import type { LevelKind } from '../../answers/level-change.ts';
import { asArray, asBoolean, asNumber, asObject, asString, asStrings, field } from '../../util/json.ts';

/** A level as it was before a change; `null`: the module had none of its own. */
export interface OldLevel {
  readonly logger: string;
  readonly level: string | null;
  readonly stackTrace?: true;
}

/** How the cluster of a change is reached again. */
export interface JournalLogin {
  readonly server: string;
  readonly context: string | undefined;
  /** `--kubeconfig` as an absolute path. */
  readonly kubeconfig: string | undefined;
  /** KUBECONFIG of the environment, where there was no such option. */
  readonly kubeconfigEnv: string | undefined;
  readonly as: string | undefined;
  readonly asGroup: readonly string[];
  readonly asUid: string | undefined;
}

/** One pod's change that is to be taken back, as its file in the state folder says. */
export interface JournalEntry {
  readonly login: JournalLogin;
  readonly kind: LevelKind;
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly uid: string | undefined;
  readonly port: number;
  readonly old: readonly OldLevel[];
  /** Whether `old` is everything that the server had: what is not in it goes. */
  readonly whole: boolean;
  /** When the change was made and when it was to be taken back; RFC 3339. */
  readonly createdAt: string;
  readonly deadline: string;
  /** The process that means to take it back. */
  readonly host: string;
  readonly pid: number;
}

const VERSION = 1;

/** The text of an entry's file. */
export function journalText(entry: JournalEntry): string {
  return `${JSON.stringify({ version: VERSION, ...entry }, null, 2)}\n`;
}

/** The entry in a file; `undefined` for another text, such as one that was cut off. */
export function parseJournal(text: string): JournalEntry | undefined {
  const value = parsed(text);
  if (field(value, 'version') !== VERSION) return undefined;
  const kind = asString(field(value, 'kind'));
  const [name, namespace] = ['name', 'namespace'].map((key) => asString(field(value, 'pod', key)));
  const login = loginOf(field(value, 'login'));
  const port = asNumber(field(value, 'port'));
  const [createdAt, deadline] = [field(value, 'createdAt'), field(value, 'deadline')].map(timeOf);
  const old = asArray(field(value, 'old')).flatMap(oldLevelOf);
  if (kind !== 'envoy' && kind !== 'ztunnel' && kind !== 'istiod') return undefined;
  if (!name || !namespace || !login || !port || !createdAt || !deadline || old.length === 0) return undefined;
  return {
    login,
    kind,
    pod: { name, namespace },
    uid: asString(field(value, 'uid')),
    port,
    old,
    whole: asBoolean(field(value, 'whole')) ?? false,
    createdAt,
    deadline,
    host: asString(field(value, 'host')) ?? '',
    pid: asNumber(field(value, 'pid')) ?? 0,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function loginOf(value: unknown): JournalLogin | undefined {
  const server = asString(field(value, 'server'));
  if (asObject(value) === undefined || server === undefined) return undefined;
  return {
    server,
    context: asString(field(value, 'context')),
    kubeconfig: asString(field(value, 'kubeconfig')),
    kubeconfigEnv: asString(field(value, 'kubeconfigEnv')),
    as: asString(field(value, 'as')),
    asGroup: asStrings(field(value, 'asGroup')),
    asUid: asString(field(value, 'asUid')),
  };
}

function oldLevelOf(value: unknown): OldLevel[] {
  const logger = asString(field(value, 'logger'));
  const level = field(value, 'level');
  if (logger === undefined || (level !== null && typeof level !== 'string')) return [];
  return [field(value, 'stackTrace') === true ? { logger, level, stackTrace: true } : { logger, level }];
}

function timeOf(value: unknown): string | undefined {
  const text = asString(value);
  return text !== undefined && !Number.isNaN(Date.parse(text)) ? text : undefined;
}
