import { describe, expect, it } from 'vitest';
import { parseBuildInfo } from '../../../src/istiod/build-info.ts';

describe("istiod's version answer", () => {
  it('is read from JSON, bare or wrapped', () => {
    const info = {
      version: '1.31.2',
      revision: 'abc',
      golang_version: 'go1.25',
      status: 'Clean',
      tag: '1.31.2',
    };
    expect(parseBuildInfo(JSON.stringify(info))).toEqual(info);
    expect(parseBuildInfo(JSON.stringify({ clientVersion: info }))).toEqual(info);
  });

  it.each([
    ['1.31.2-0123abc-Clean', '1.31.2', '0123abc', 'Clean'],
    ['1.32-alpha.86c9f01fd735-86c9f01fd735-Clean', '1.32-alpha.86c9f01fd735', '86c9f01fd735', 'Clean'],
    ['1.31.2-0123abc-dirty-Modified', '1.31.2', '0123abc-dirty', 'Modified'],
  ])('%s is split from the right', (text, version, revision, status) => {
    expect(parseBuildInfo(text)).toMatchObject({ version, revision, status });
  });

  it.each(['', '{', '{"a":1}', '404 page not found', '1.31.2'])('"%s" is no version', (text) => {
    expect(parseBuildInfo(text)).toBeUndefined();
  });
});
