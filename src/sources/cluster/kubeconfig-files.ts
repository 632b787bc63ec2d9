import { readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { dataError, notFoundError } from '../../util/errors.ts';
import { asArray, asObject, asObjects, asString, field, type JsonObject } from '../../util/json.ts';
import { nearest } from '../../util/text.ts';

/** Which kubeconfig to read, and of what surroundings. */
export interface KubeconfigChoice {
  /** `--kubeconfig`; otherwise the files in KUBECONFIG, otherwise `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** `--context`; otherwise the current one of the files. */
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** Relative paths of the command line start here. */
  readonly cwd: string;
  /** A context that was read elsewhere: then no file is. */
  readonly given?: ChosenContext | undefined;
}

/** The one context that was chosen, with its cluster and user as in the files but with absolute paths. */
export interface ChosenContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly cluster: JsonObject;
  readonly user: JsonObject;
}

const SHOWN_CONTEXTS = 10;

/** Entries of a section that have a name, by name; the first file that has a name wins, as for kubectl. */
type Section = Map<string, JsonObject>;

interface Merged {
  readonly files: readonly string[];
  current: string | undefined;
  readonly contexts: Section;
  readonly clusters: Section;
  readonly users: Section;
}

/**
 * The chosen context of the kubeconfig files; `undefined` when none was named and the default file is not there. Throws
 * exit 66 for a file or context that does not exist (with near names) and 65 for a file that can't be read.
 */
export function chooseContext(choice: KubeconfigChoice): ChosenContext | undefined {
  if (choice.given !== undefined) return choice.given;
  const merged = readFiles(choice);
  if (merged === undefined) return undefined;
  const name = choice.context ?? merged.current;
  const where = merged.files.join(', ');
  if (name === undefined || name === '') {
    throw notFoundError('the kubeconfig has no current context', {
      lines: [['from', where]],
      hint: contextHint(merged),
    });
  }
  const context = merged.contexts.get(name);
  if (context === undefined) {
    const near = nearest(name, merged.contexts.keys());
    throw notFoundError(`no context "${name}" in the kubeconfig`, {
      lines: [['from', where], ...(near.length > 0 ? ([['near', near.join(', ')]] as const) : [])],
      ...(near.length > 0 ? {} : { hint: contextHint(merged) }),
    });
  }
  const cluster = merged.clusters.get(asString(context['cluster']) ?? '');
  if (cluster === undefined || asString(cluster['server']) === undefined) {
    throw dataError(`context "${name}" names no cluster with a server`, { lines: [['from', where]] });
  }
  const user = merged.users.get(asString(context['user']) ?? '') ?? {};
  return { name, namespace: asString(context['namespace']), cluster, user };
}

/** The contexts that there are; of many some. */
function contextHint({ contexts }: Merged): string {
  const names = [...contexts.keys()];
  if (names.length === 0)
    return 'it holds no context at all: name another file by --kubeconfig or KUBECONFIG; --from reads a recorded mesh';
  const more = names.length - SHOWN_CONTEXTS;
  return `--context NAME, one of: ${names.slice(0, SHOWN_CONTEXTS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function readFiles(choice: KubeconfigChoice): Merged | undefined {
  const listed = (choice.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const merged: Merged = {
    files: [],
    current: undefined,
    contexts: new Map(),
    clusters: new Map(),
    users: new Map(),
  };
  if (choice.kubeconfig !== undefined && choice.kubeconfig !== '') {
    const path = resolve(choice.cwd, choice.kubeconfig);
    const text = readIfThere(path);
    if (text === undefined)
      throw notFoundError(`no kubeconfig at ${path}`, {
        hint: 'check --kubeconfig; --from ARCHIVE reads a recording without a cluster',
      });
    return merge(merged, path, text);
  }
  const paths = listed.length > 0 ? listed : [join(choice.home, '.kube', 'config')];
  const found = paths.flatMap((path) => {
    const text = readIfThere(resolve(choice.cwd, path));
    return text === undefined ? [] : [{ path: resolve(choice.cwd, path), text }];
  });
  // A file of the list that is not there is no error, as for kubectl; a list without any is.
  if (found.length === 0 && listed.length > 0)
    throw notFoundError(`none of the files in KUBECONFIG is there: ${listed.join(', ')}`);
  if (found.length === 0) return undefined;
  return found.reduce((all, { path, text }) => merge(all, path, text), merged);
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
};

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const why = cause instanceof Error && 'code' in cause ? READ_FAILURES[String(cause.code)] : undefined;
    throw dataError(`the kubeconfig ${path} can't be read: ${why ?? String(cause)}`);
  }
}

function merge(merged: Merged, path: string, text: string): Merged {
  const document = parse(path, text);
  const folder = dirname(path);
  addSection(merged.contexts, document['contexts'], 'context', (entry) => entry);
  addSection(merged.clusters, document['clusters'], 'cluster', (entry) => absolutePaths(entry, folder));
  addSection(merged.users, document['users'], 'user', (entry) => absolutePaths(entry, folder));
  const current = asString(document['current-context']);
  if (merged.current === undefined && current !== '') merged.current = current;
  return { ...merged, files: [...merged.files, path] };
}

function parse(path: string, text: string): JsonObject {
  try {
    // The parser refuses an empty text, which kubectl takes for an empty kubeconfig.
    return text.trim() === '' ? {} : (asObject(load(text)) ?? {});
  } catch (cause) {
    // The message of the parser quotes the line, which may hold a token: only its position is repeated.
    const mark = field(asObject(cause), 'mark');
    const line = Number(field(mark, 'line'));
    const at = Number.isFinite(line) ? `:${line + 1}` : '';
    throw dataError(`the kubeconfig ${path}${at} is not valid YAML`);
  }
}

function addSection(
  section: Section,
  list: unknown,
  key: string,
  change: (entry: JsonObject) => JsonObject,
): void {
  for (const item of asObjects(asArray(list))) {
    const name = asString(item['name']);
    if (name !== undefined && !section.has(name)) section.set(name, change(asObject(item[key]) ?? {}));
  }
}

const PATH_FIELDS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths in a kubeconfig are relative to its own folder; so is an exec command that holds a separator. */
function absolutePaths(entry: JsonObject, folder: string): JsonObject {
  const changed: Record<string, unknown> = { ...entry };
  for (const name of PATH_FIELDS) {
    const path = asString(entry[name]);
    if (path !== undefined && path !== '' && !isAbsolute(path)) changed[name] = join(folder, path);
  }
  const exec = asObject(entry['exec']);
  const command = asString(exec?.['command']);
  if (exec !== undefined && command?.includes('/') && !isAbsolute(command))
    changed['exec'] = { ...exec, command: join(folder, command) };
  return changed;
}
