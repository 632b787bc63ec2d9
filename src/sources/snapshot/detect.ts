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
  const atTop = kindOf(paths, '');
  if (atTop !== undefined) return { kind: atTop, prefix: '' };
  const folders = new Set<string>();
  for (const path of paths) if (path.includes('/')) folders.add(path.slice(0, path.indexOf('/') + 1));
  const found: Layout[] = [];
  for (const prefix of folders) {
    const kind = kindOf(paths, prefix);
    if (kind !== undefined) found.push({ kind, prefix });
  }
  const [only, second] = found;
  if (second !== undefined)
    throw severalSnapshots(
      found.map(({ prefix }) => prefix),
      label,
    );
  return only;
}

function kindOf(paths: readonly string[], prefix: string): Layout['kind'] | undefined {
  const inside = (pattern: RegExp): boolean => {
    return paths.some((path) => path.startsWith(prefix) && pattern.test(path.slice(prefix.length)));
  };
  if (SNAPSHOT.some(inside)) return 'snapshot';
  return REFERENCE.some(inside) ? 'reference' : undefined;
}

/** The error for a folder or an archive that holds more than one snapshot, in `folders`. */
export function severalSnapshots(folders: readonly string[], label: string): MeshscopeError {
  const names = folders.slice(0, 5).map(escapeLine).join(', ');
  return dataError(`${label} holds ${folders.length} snapshots: ${names}`, {
    hint: 'give one of these folders',
  });
}

/** The error for what is no snapshot; `paths` are the names found. */
export function notASnapshot(paths: readonly string[], label: string): MeshscopeError {
  const shown = paths.slice(0, 3).map((path) => escapeLine(path.length > 60 ? `…${path.slice(-59)}` : path));
  const rest = paths.length > shown.length ? ' …' : '';
  const found = shown.length === 0 ? 'no files' : `${shown.join(', ')}${rest}`;
  return dataError(`${label} is no snapshot`, {
    lines: [
      ['found', found],
      [
        'expected',
        'snapshot.json and clusters/, a bug-report archive (bug-report.log, cluster/, proxies/), a must-gather, or files of Kubernetes objects',
      ],
    ],
    hint: '--from demo is one to try; single files are given with --file',
  });
}
