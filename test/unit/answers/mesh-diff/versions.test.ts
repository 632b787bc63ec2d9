import { expect, test } from 'vitest';
import { pairClusters } from '../../../../src/answers/mesh-diff/cluster-pairs.ts';
import { diffVersions } from '../../../../src/answers/mesh-diff/versions.ts';

const all = (...versions: string[]) => ({ versions, isWhole: true });
const some = (...versions: string[]) => ({ versions, isWhole: false });
const none = { istiod: undefined, proxies: undefined, nodes: undefined };

test('a version that came, went or spreads is a difference', () => {
  const diff = diffVersions(
    { ...none, istiod: all('1.31.0'), proxies: all('1.31.0', '1.31.0', '1.32.0') },
    { ...none, istiod: all('1.32.0'), proxies: all('1.31.0', '1.32.0', '1.32.0') },
  );
  expect(diff.changes).toEqual([
    { part: 'istiod', before: [{ version: '1.31.0', count: 1 }], after: [{ version: '1.32.0', count: 1 }] },
    expect.objectContaining({ part: 'proxies' }),
  ]);
});

test('more pods of the one version are none', () => {
  const diff = diffVersions(
    { ...none, nodes: all('v1.33.0') },
    { ...none, nodes: all('v1.33.0', 'v1.33.0') },
  );
  expect(diff).toMatchObject({ changes: [], same: [{ part: 'nodes' }] });
});

test('a version that only one side tells of is none where the other side may lack some', () => {
  const [both, one] = [
    { ...none, proxies: all('1.31.0', '1.32.0') },
    { ...none, proxies: some('1.32.0') },
  ];
  expect(diffVersions(both, one)).toMatchObject({
    changes: [],
    notCompared: [{}, { part: 'proxies', side: 'right' }, {}],
  });
  expect(diffVersions({ ...none, proxies: all('1.31.0') }, one).changes).toMatchObject([{ part: 'proxies' }]);
  expect(diffVersions(both, { ...none, proxies: some('1.31.0', '1.32.0', '1.32.0') }).changes).toEqual([]);
});

test('a version that a side does not tell is not compared', () => {
  const { changes, notCompared } = diffVersions({ ...none, istiod: all('1.31.0') }, none);
  expect(changes).toEqual([]);
  expect(notCompared).toContainEqual({ part: 'istiod', side: 'right' });
  expect(notCompared).toContainEqual({ part: 'nodes', side: 'both' });
});

test('clusters are compared by name, and by place where each side has just one', () => {
  expect(pairClusters(['east'], ['west']).pairs).toEqual([{ left: 'east', right: 'west' }]);
  expect(pairClusters(['east'], []).pairs).toEqual([{ left: 'east', right: undefined }]);
  expect(pairClusters(['east', 'west'], ['north', 'west'])).toEqual({
    pairs: [{ name: 'west', left: 'west', right: 'west' }],
    onlyLeft: ['east'],
    onlyRight: ['north'],
  });
});
