import { isSynced, type RemoteClustersAnswer } from '../answers/remote-clusters.ts';
import { compareText } from '../util/text.ts';
import type { Reporter } from './reporter.ts';
import { markCell, markSymbol, styleFor } from './style.ts';
import { alignedTable } from './table.ts';
import { tabwriterTable } from './tabwriter.ts';

/** The verdict, then one line a cluster and istiod, those that are out of sync first. */
export const table: Reporter<RemoteClustersAnswer> = (answer, options) => {
  const style = styleFor(options.color);
  const rows = answer.clusters.map((cluster) => [
    markCell(isSynced(cluster) ? 'good' : 'bad', style),
    cluster.name,
    cluster.status || 'not said',
    cluster.secret || '(its own cluster)',
    cluster.istiod,
    cluster.revision || 'unknown',
  ]);
  const mark = markSymbol(answer.clusters.every(isSynced) ? 'good' : 'bad', style);
  const list = alignedTable(['', 'CLUSTER', 'STATUS', 'SECRET', 'ISTIOD', 'REVISION'], rows, options);
  return `${mark} ${verdict(answer)}\n\n${list}`;
};

function verdict({ clusters, istiods }: RemoteClustersAnswer): string {
  const names = new Set(clusters.map(({ name }) => name));
  const bad = new Set(clusters.filter((cluster) => !isSynced(cluster)).map(({ name }) => name));
  const who = istiods === 1 ? 'istiod' : `${istiods} istiods`;
  const count = `${names.size} ${names.size === 1 ? 'cluster' : 'clusters'}`;
  if (bad.size === 0) return `${count} in sync with ${who}`;
  return `${bad.size} of ${count} not in sync: services and endpoints there may be missing or old`;
}

/** The reference's table, to the byte. */
export const compatTable: Reporter<RemoteClustersAnswer> = ({ clusters }) => {
  const rows = [...clusters]
    .sort((a, b) => compareText(a.istiod, b.istiod))
    .map(({ name, secret, status, istiod, revision }) => [name, secret, status, istiod, revision]);
  return tabwriterTable([['NAME', 'SECRET', 'STATUS', 'ISTIOD', 'REVISION'], ...rows], 5);
};
