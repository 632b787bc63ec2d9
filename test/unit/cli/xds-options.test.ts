import { describe, expect, test } from 'vitest';
import { xdsLive } from '../../../src/cli/xds-options.ts';
import { run } from '../../helpers/run.ts';

const NONE = {
  xdsAddress: undefined,
  xdsLabel: undefined,
  xdsPort: undefined,
  certDir: undefined,
  authority: undefined,
  insecure: false,
  plaintext: false,
} as const;

describe('options of xDS', () => {
  test('that were not given leave the way to istiod to the source', () => {
    expect(xdsLive(NONE)).toEqual({});
  });

  test.each([
    [{ xdsPort: 15099 }, 15099],
    [{ insecure: true }, 15012],
    [{ plaintext: true }, 15010],
    [{ plaintext: true, xdsPort: 15012 }, 15012],
    [{ xdsLabel: 'istio=pilot' }, 15012],
  ])('%j ask over xDS, at port %i', (given, port) => {
    expect(xdsLive({ ...NONE, ...given }).xds?.port).toBe(port);
  });

  test.each([
    ['--xds-address a:1 --xds-label app=istiod', '--xds-address and --xds-label exclude each other'],
    ['--plaintext --cert-dir d', '--plaintext and --cert-dir exclude each other'],
    ['--plaintext --insecure', '--plaintext and --insecure exclude each other'],
    ['--plaintext --authority n', '--plaintext and --authority exclude each other'],
    ['--insecure --authority n', '--insecure and --authority exclude each other'],
    ['--xds-port 0', '--xds-port'],
    ['--xds-port 15012 --from demo', '--from reads a recording'],
  ])('%s is a usage error of every command that has them', async (words, reason) => {
    for (const command of ['proxy-status', 'version', 'remote-clusters', 'internal-debug syncz']) {
      const { stdout, stderr, exitCode } = await run(`${command} ${words}`);
      expect({ stdout, exitCode }, command).toEqual({ stdout: '', exitCode: 64 });
      expect(stderr).toContain(reason);
    }
  });
});
