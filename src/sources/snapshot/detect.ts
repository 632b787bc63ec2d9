import { dataError, type MeshscopeError } from '../../util/errors.ts';
import { escapeLine } from '../../util/text.ts';

/** What a folder or an archive holds, and the folder inside it that holds it (`snapshot/`, or empty). */
export interface Layout {
  readonly kind: 'snapshot' | 'reference';
  readonly prefix: string;
}

const SNAPSHOT = [/^snapshot\.json$/, /^clusters\/[^/]+\/(?:kubernetes|istiod|proxies|ztunnel|cni)\//];
const REFERENCE = [
  /^bug-report\.log$/,
  /^cluster\/(?:k8s-resources|k8s-cluster-resources|crs|pods|nodes)$/,
  /^proxies\/[^/]+\/[^/]+\/(?:config_dump(?!_istiod|_proxy)|clusters|certs|server_info|istio-proxy\.log)/,
  /^istio\/[^/]+\/[^/]+\/(?:debug\/|discovery\.log)/,
];

/** What only a snapshot, or an archive of the reference tool, has at such a place. */
const NESTED =
  /^(?<prefix>(?:[^/]+\/){2,8}?)(?:(?<snapshot>clusters\/[^/]+\/(?:kubernetes|istiod|proxies|ztunnel|cni)\/)|bug-report\.log$|cluster\/(?:k8s-resources|k8s-cluster-resources|crs)$)/;

/** As `findLayout`; throws exit 65 when it is neither, and says what was found. */
export function detectLayout(paths: readonly string[], label: string): Layout {
  const layout = findLayout(paths, label);
  if (layout === undefined) throw notASnapshot(paths, label);
  return layout;
}

/**
 * Tells a snapshot from an archive of the reference tool, at the top or one folder down; `undefined` when it is
 * neither. Throws exit 65 when several folders hold one.
 */
export function findLayout(paths: readonly string[], label: string): Layout | undefined {
  const found = new Map<string, Layout['kind']>();
  for (const path of paths) {
    noteKind(found, '', path);
    const slash = path.indexOf('/');
    if (slash !== -1) noteKind(found, path.slice(0, slash + 1), path.slice(slash + 1));
  }
  const atTop = found.get('');
  return atTop === undefined ? only(found, label) : { kind: atTop, prefix: '' };
}

/** Notes what a path below `prefix` shows; a snapshot has the last word over whatever else lies beside it. */
function noteKind(found: Map<string, Layout['kind']>, prefix: string, path: string): void {
  if (found.get(prefix) === 'snapshot') return;
  if (SNAPSHOT.some((pattern) => pattern.test(path))) found.set(prefix, 'snapshot');
  else if (REFERENCE.some((pattern) => pattern.test(path))) found.set(prefix, 'reference');
}

/**
 * As `findLayout`, two folders down or more: archives of whole cases hold one among attachments. Only by paths that
 * nothing else has.
 */
export function findNestedLayout(paths: readonly string[], label: string): Layout | undefined {
  const found = new Map<string, Layout['kind']>();
  for (const path of paths) {
    const groups = NESTED.exec(path)?.groups;
    if (groups === undefined) continue;
    const { prefix = '', snapshot } = groups;
    if (snapshot !== undefined || !found.has(prefix))
      found.set(prefix, snapshot === undefined ? 'reference' : 'snapshot');
  }
  return only(found, label);
}

function only(found: ReadonlyMap<string, Layout['kind']>, label: string): Layout | undefined {
  if (found.size > 1) throw severalSnapshots([...found.keys()], label);
  for (const [prefix, kind] of found) return { kind, prefix };
  return undefined;
}

/** The error for a folder or an archive that holds more than one snapshot, in `folders`. */
export function severalSnapshots(folders: readonly string[], label: string): MeshscopeError {
  const names = folders.slice(0, 5).map(escapeLine).join(', ');
  return dataError(`${label} holds ${folders.length} snapshots: ${names}`, {
    hint: 'give one of these folders; an archive is to be unpacked for that',
  });
}

/** Names of archives and packed files. */
const PACKED = /\.(?:tar|tgz|tzst|zip|7z|rar|(?:tar\.|json\.|yaml\.)?(?:gz|zst|xz|bz2))$/i;

/** The error for what is no snapshot; `paths` are the names found. */
export function notASnapshot(paths: readonly string[], label: string): MeshscopeError {
  const shown = paths.slice(0, 3).map((path) => escapeLine(path.length > 60 ? `…${path.slice(-59)}` : path));
  const rest = paths.length > shown.length ? ' …' : '';
  const found = shown.length === 0 ? 'no files' : `${shown.join(', ')}${rest}`;
  const inner = paths.find((path) => PACKED.test(path));
  return dataError(`${label} is no snapshot`, {
    lines: [
      ['found', found],
      [
        'expected',
        'snapshot.json and clusters/, a bug-report archive (bug-report.log, cluster/, proxies/), a must-gather, or files of Kubernetes objects',
      ],
    ],
    hint:
      inner === undefined
        ? '--from demo is one to try; single files are given with --file'
        : `unpack it and give what is in it: ${escapeLine(inner)}`,
  });
}
