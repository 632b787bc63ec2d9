import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';

const golden = (name: string): string => `../../fixtures/golden/istiod/${name}.txt`;

describe('commands that ask istiod', () => {
  test.each([
    ['remote-clusters', 'remote-clusters'],
    ['remote-clusters-json', 'remote-clusters -o json'],
    ['remote-clusters-compat', 'remote-clusters --compat'],
    ['internal-debug-list', 'internal-debug --list'],
    ['internal-debug-clusterz', 'internal-debug clusterz'],
    ['internal-debug-clusterz-all-yaml', 'x internal-debug clusterz --all -o yaml'],
    ['internal-debug-all-compat', 'internal-debug clusterz --all --compat'],
    ['version', 'version'],
    ['version-compat', 'version --compat'],
    ['version-yaml', 'version -o yaml'],
  ])('%s', async (name, words) => {
    const { stdout, stderr, exitCode } = await run(`${words} --from fixtures/meshes/shop`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    await expect(stdout.replace(/\b0\.1\.\d+\S*/g, 'CLIENT')).toMatchFileSnapshot(golden(name));
  });

  test('a page that was not recorded is not found, whatever its parameters', async () => {
    for (const page of ['cachez', 'cachez?sizes=true', 'edsz?proxyID=nobody.shop']) {
      const { stdout, stderr, exitCode } = await run(`internal-debug ${page} --from fixtures/meshes/shop`);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 66 });
      expect(stderr).toContain(`can't read debug/${page.split('?')[0]}`);
    }
  });

  test('another control plane namespace has no istiod', async () => {
    for (const command of ['remote-clusters', 'internal-debug syncz']) {
      const { exitCode, stderr } = await run(`${command} -i istio-sistem --from fixtures/meshes/shop`);
      expect(exitCode).toBe(66);
      expect(stderr).toContain('istio-system');
    }
  });

  test('another revision has no istiod: its name and those that are here are told', async () => {
    for (const command of ['remote-clusters', 'internal-debug syncz']) {
      const { stdout, stderr, exitCode } = await run(`${command} -r canary --from fixtures/meshes/shop`);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 66 });
      expect(stderr).toContain('no istiod of revision canary; here: default');
    }
  });
});
