import { expect, test } from 'vitest';
import { remoteClusters } from '../../../src/answers/remote-clusters.ts';
import { parseClusterz } from '../../../src/istiod/clusterz.ts';
import { compatTable, table } from '../../../src/report/remote-clusters.ts';

const OPTIONS = { color: false, width: Number.POSITIVE_INFINITY, now: new Date(0) };
const own = { id: 'demo', secret: '', status: 'synced' };
const west = { id: 'west', secret: 'istio-system/west', status: 'synced' };

test('a cluster that only one replica has is missing at the other; revisions are apart', () => {
  const answer = remoteClusters([
    { istiod: 'istiod-a', revision: 'default', clusters: [own, west] },
    { istiod: 'istiod-b', revision: 'default', clusters: [own] },
    { istiod: 'istiod-c', revision: 'canary', clusters: [own] },
  ]);
  expect(answer.clusters.map(({ istiod, name, status }) => [istiod, name, status])).toEqual([
    ['istiod-b', 'west', 'unknown to this istiod'],
    ['istiod-a', 'demo', 'synced'],
    ['istiod-a', 'west', 'synced'],
    ['istiod-b', 'demo', 'synced'],
    ['istiod-c', 'demo', 'synced'],
  ]);
  expect(table(answer, OPTIONS)).toMatchInlineSnapshot(`
    "✖ 1 of 2 clusters not in sync: services and endpoints there may be missing or old

       CLUSTER  STATUS                  SECRET             ISTIOD    REVISION
    ✖  west     unknown to this istiod  istio-system/west  istiod-b  default
    ✔  demo     synced                  (its own cluster)  istiod-a  default
    ✔  west     synced                  istio-system/west  istiod-a  default
    ✔  demo     synced                  (its own cluster)  istiod-b  default
    ✔  demo     synced                  (its own cluster)  istiod-c  canary
    "
  `);
});

test('the reference prints a table by istiod', () => {
  const answer = remoteClusters([
    { istiod: 'istiod-a', revision: 'default', clusters: [own, { ...west, status: 'timeout' }] },
  ]);
  expect(compatTable(answer, OPTIONS)).toBe(
    [
      'NAME     SECRET                STATUS      ISTIOD       REVISION',
      'west     istio-system/west     timeout     istiod-a     default',
      'demo                           synced      istiod-a     default',
      '',
    ].join('\n'),
  );
});

test('pages of another form are no list of clusters', () => {
  expect(parseClusterz({ id: 'demo' })).toBeUndefined();
  expect(parseClusterz(null)).toEqual([]);
  expect(parseClusterz([{ id: 1, syncStatus: null }, 'x'])).toEqual([{ id: '', secret: '', status: '' }]);
});
