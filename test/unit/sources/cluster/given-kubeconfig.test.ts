import { describe, expect, test } from 'vitest';
import { givenContext } from '../../../../src/sources/cluster/given-kubeconfig.ts';

/** A kubeconfig as `create-remote-secret` writes it, with more members of the cluster or the user. */
function kubeconfig(cluster: object = {}, user: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'east',
    contexts: [{ name: 'east', context: { cluster: 'east', user: 'reader' } }],
    clusters: [
      {
        name: 'east',
        cluster: { server: 'https://east.example:6443', 'certificate-authority-data': 'QQ==', ...cluster },
      },
    ],
    users: [{ name: 'reader', user: { token: 'abc', ...user } }],
  });
}

describe('a kubeconfig that was read from a cluster', () => {
  test('is used with the certificates and the token that stand in it', () => {
    const given = givenContext(kubeconfig());
    expect(given).toMatchObject({
      ok: true,
      context: { name: 'east', cluster: { server: 'https://east.example:6443' }, user: { token: 'abc' } },
    });
  });

  test.each([
    ['exec', {}, { exec: { command: 'sh' } }],
    ['auth-provider', {}, { 'auth-provider': { name: 'gcp' } }],
    ['tokenFile', {}, { tokenFile: '/etc/passwd' }],
    ['client-certificate', {}, { 'client-certificate': '/etc/tls.crt' }],
    ['client-key', {}, { 'client-key': '/keys/client.key' }],
    ['as', {}, { as: 'admin' }],
    ['username', {}, { username: 'root' }],
    ['certificate-authority', { 'certificate-authority': '/etc/ca.crt' }, {}],
    ['proxy-url', { 'proxy-url': 'http://evil.example' }, {}],
    ['insecure-skip-tls-verify', { 'insecure-skip-tls-verify': true }, {}],
  ])('is refused by name with %s', (name, cluster, user) => {
    const given = givenContext(kubeconfig(cluster, user));
    expect(given).toMatchObject({ ok: false, why: expect.stringContaining(`"${name}"`) });
    expect(JSON.stringify(given)).not.toContain('abc');
  });

  test.each([
    ['', 'empty'],
    ['a: [', 'not valid YAML'],
    ['{}', 'no current context'],
    [kubeconfig({ server: 'http://east.example' }), 'not asked over TLS'],
    [kubeconfig({ 'certificate-authority-data': undefined }), 'no certificate authority'],
    [kubeconfig({ server: 7 }), 'names no server'],
  ])('is refused when it can not be used: %j', (text, why) => {
    expect(givenContext(text)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
  });
});
