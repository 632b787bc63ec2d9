import { expect, test } from 'vitest';
import { pairClusters } from '../../../../src/answers/mesh-diff/cluster-pairs.ts';
import { diffVersions } from '../../../../src/answers/mesh-diff/versions.ts';

const none = { istiod: undefined, proxies: undefined, nodes: undefined };

test('a version that came, went or spreads is a difference', () => {
  const diff = diffVersions(
    { ...none, istiod: ['1.31.0'], proxies: ['1.31.0', '1.31.0', '1.32.0'] },
    { ...none, istiod: ['1.32.0'], proxies: ['1.31.0', '1.32.0', '1.32.0'] },
  );
  expect(diff.changes).toEqual([
    { part: 'istiod', before: [{ version: '1.31.0', count: 1 }], after: [{ version: '1.32.0', count: 1 }] },
    expect.objectContaining({ part: 'proxies' }),
  ]);
});

test('more pods of the one version are none', () => {
  const diff = diffVersions({ ...none, nodes: ['v1.33.0'] }, { ...none, nodes: ['v1.33.0', 'v1.33.0'] });
  expect(diff).toMatchObject({ changes: [], same: [{ part: 'nodes' }] });
});

test('a version that a side does not tell is not compared', () => {
  const { changes, notCompared } = diffVersions({ ...none, istiod: ['1.31.0'] }, none);
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
