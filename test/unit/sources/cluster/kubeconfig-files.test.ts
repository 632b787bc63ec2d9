import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseContext, type KubeconfigChoice } from '../../../../src/sources/cluster/kubeconfig-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FIRST = `
current-context: staging
clusters:
- {name: staging, cluster: {server: 'https://staging.example.com', certificate-authority: ca.crt}}
contexts:
- {name: staging, context: {cluster: staging, user: operator, namespace: shop}}
users:
- {name: operator, user: {tokenFile: token, exec: {command: ./login.sh}}}
`;
const SECOND = `
current-context: production
clusters:
- {name: staging, cluster: {server: 'https://other.example.com'}}
- {name: production, cluster: {server: 'https://production.example.com'}}
contexts:
- {name: production, context: {cluster: production, user: operator}}
- {name: broken, context: {cluster: gone, user: operator}}
users: []
`;
const first = write('first', FIRST);
const second = write('second', SECOND);

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function choice(changes: Partial<KubeconfigChoice>): KubeconfigChoice {
  return { env: {}, home: join(folder, 'nobody'), cwd: folder, ...changes };
}

describe('the chosen kubeconfig context', () => {
  it('is the current one of the first file that names one; the first file wins a name', () => {
    const context = chooseContext(choice({ env: { KUBECONFIG: `${first}:${second}` } }));
    expect([context?.name, context?.namespace]).toEqual(['staging', 'shop']);
    expect(context?.cluster['server']).toBe('https://staging.example.com');
  });

  it('is found across the files of KUBECONFIG, the user of one with the cluster of another', () => {
    const context = chooseContext(
      choice({ env: { KUBECONFIG: `${first}:${second}` }, context: 'production' }),
    );
    expect(context?.cluster['server']).toBe('https://production.example.com');
    expect(context?.user['tokenFile']).toBe(join(folder, 'token'));
  });

  it('has paths from the folder of its file', () => {
    const context = chooseContext(choice({ kubeconfig: 'first' }));
    expect(context?.cluster['certificate-authority']).toBe(join(folder, 'ca.crt'));
    expect(context?.user['exec']).toEqual({ command: join(folder, 'login.sh') });
  });

  it('comes from the home folder when nothing is named', () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.kube'), { recursive: true });
    writeFileSync(join(home, '.kube', 'config'), SECOND);
    expect(chooseContext(choice({ home }))?.name).toBe('production');
  });

  it('is none when no file is named and there is no default one', () => {
    expect(chooseContext(choice({}))).toBe(undefined);
  });

  it('skips files of KUBECONFIG that are not there', () => {
    expect(chooseContext(choice({ env: { KUBECONFIG: `/no/such/file:${second}` } }))?.name).toBe(
      'production',
    );
  });
});

describe('a kubeconfig that can not be used', () => {
  it('names the nearest context', () => {
    expect(() => chooseContext(choice({ kubeconfig: second, context: 'prodution' }))).toThrow(
      expect.objectContaining({ exitCode: 66, lines: expect.arrayContaining([['near', 'production']]) }),
    );
  });

  it('is told by its name when it is not there', () => {
    expect(() => chooseContext(choice({ kubeconfig: 'missing' }))).toThrow(
      expect.objectContaining({ exitCode: 66, message: `no kubeconfig at ${join(folder, 'missing')}` }),
    );
    expect(() => chooseContext(choice({ env: { KUBECONFIG: '/no/such/file' } }))).toThrow(
      'none of the files in KUBECONFIG is there',
    );
  });

  it('is told by its line when it is not YAML, without quoting what may be a token', () => {
    const path = write('bad', 'users:\n- {name: a, user: {token: hush-hush\n');
    expect(() => chooseContext(choice({ kubeconfig: path }))).toThrow(/is not valid YAML$/);
    expect(() => chooseContext(choice({ kubeconfig: path }))).not.toThrow(/hush/);
  });

  it('is told when its context names a cluster that is not there', () => {
    expect(() => chooseContext(choice({ kubeconfig: second, context: 'broken' }))).toThrow(
      expect.objectContaining({ exitCode: 65 }),
    );
  });

  it.each(['', '[]', 'clusters: 5', 'contexts: [null, 5, {name: 7}]', 'current-context: {}'])(
    'is no crash: %j',
    (text) => {
      const path = write('odd', text);
      expect(() => chooseContext(choice({ kubeconfig: path }))).toThrow('no current context');
    },
  );
});
