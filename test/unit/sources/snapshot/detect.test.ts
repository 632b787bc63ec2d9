import { describe, expect, it } from 'vitest';
import { detectLayout, findLayout, findNestedLayout } from '../../../../src/sources/snapshot/detect.ts';

const DUMP = 'clusters/east/proxies/shop/cart/config_dump.json';

describe('the layout of an archive', () => {
  it('is found at the top and one folder down; a snapshot beside an index of another kind is one', () => {
    expect(findLayout([DUMP], 'x')).toEqual({ kind: 'snapshot', prefix: '' });
    expect(findLayout([`mesh/${DUMP}`, 'notes.txt'], 'x')).toEqual({ kind: 'snapshot', prefix: 'mesh/' });
    expect(findLayout(['a/bug-report.log', `a/${DUMP}`], 'x')).toEqual({ kind: 'snapshot', prefix: 'a/' });
    expect(findLayout(['bug-report/cluster/pods'], 'x')).toEqual({
      kind: 'reference',
      prefix: 'bug-report/',
    });
    expect(findLayout([`case/files/${DUMP}`], 'x')).toBeUndefined();
  });

  it('is found deeper by what nothing else has', () => {
    expect(findNestedLayout([`case/files/${DUMP}`, 'case/files/snapshot.json'], 'x')).toEqual({
      kind: 'snapshot',
      prefix: 'case/files/',
    });
    expect(findNestedLayout(['case/files/bug-report/bug-report.log'], 'x')).toEqual({
      kind: 'reference',
      prefix: 'case/files/bug-report/',
    });
    expect(findNestedLayout(['case/src/snapshot.json', 'a/b/cluster/pods'], 'x')).toBeUndefined();
    expect(() => findNestedLayout([`c/1/${DUMP}`, `c/2/${DUMP}`], 'x')).toThrow(
      'x holds 2 snapshots: c/1/, c/2/',
    );
  });

  it('is looked for once in each path, however many folders there are', () => {
    const paths = Array.from({ length: 60_000 }, (_, index) => `folder-${index}/notes.txt`);
    const start = performance.now();
    expect(findLayout(paths, 'x')).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('that is none names the archive inside that may be meant', () => {
    const refused = (paths: readonly string[]): unknown => {
      try {
        return detectLayout(paths, 'case.tar.gz');
      } catch (error) {
        return error;
      }
    };
    expect(refused(['case/notes.txt', 'case/bug-report.tar.gz'])).toMatchObject({
      exitCode: 65,
      hint: 'unpack it and give what is in it: case/bug-report.tar.gz',
    });
    expect(refused(['notes.txt'])).toMatchObject({ hint: expect.stringContaining('--from demo') });
  });
});
