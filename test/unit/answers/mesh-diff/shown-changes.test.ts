import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { shownChanges } from '../../../../src/answers/mesh-diff/shown-changes.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { object } from '../../../helpers/objects.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret = (data: Record<string, string>): KubeObject => ({ ...object('Secret', 'shop/db'), data });
const settings = (data: Record<string, string>): KubeObject => ({ ...object('ConfigMap', 'shop/app'), data });
const pod = (value: string): KubeObject =>
  object('Pod', 'shop/a', { containers: [{ name: 'app', env: [{ name: 'DB_PASSWORD', value }] }] });
const mark = base64('[redacted]');
const key = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

describe('a secret', () => {
  test('that differs is said to differ, and no more', () => {
    const shown = shownChanges(
      secret({ password: base64('hunter2') }),
      secret({ password: base64('hunter3') }),
    );
    expect(shown).toEqual({
      changes: [{ path: 'data.password', change: 'changed', secret: true }],
      hidden: 0,
    });
  });

  test('that came or went shows no value', () => {
    const shown = shownChanges(secret({}), secret({ password: base64('hunter2') }));
    expect(JSON.stringify(shown)).not.toMatch(/hunter|aHVudGVy/);
    expect(shown.changes).toEqual([{ path: 'data.password', change: 'added', secret: true }]);
  });

  test.each([
    ['a value of a Secret', secret({ password: mark }), secret({ password: base64('hunter2') })],
    ['a variable', pod('[redacted]'), pod('hunter2')],
    [
      'a line of a setting',
      settings({ app: 'url: x\npassword: [redacted]\n' }),
      settings({ app: 'url: x\npassword: hunter2\n' }),
    ],
    [
      'a mark of another kind',
      secret({ 'tls.key': mark }),
      secret({ 'tls.key': base64('[redacted private key of public key sha256:ab]') }),
    ],
  ])('of which one side holds a mark is not compared: %s', (_, left, right) => {
    for (const [a, b] of [
      [left, right],
      [right, left],
    ] as const)
      expect(shownChanges(a, b)).toEqual({ changes: [], hidden: 1 });
  });

  test('is not shown beside what else differs in its text', () => {
    const shown = shownChanges(
      settings({ app: 'url: x\npassword: hunter2\n' }),
      settings({ app: 'url: y\npassword: hunter3\n' }),
    );
    expect(shown.changes).toMatchObject([{ path: 'data.app', from: expect.stringContaining('url: x') }]);
    expect(JSON.stringify(shown)).not.toContain('hunter');
  });

  test('that is a private key differs by the fingerprint of its public key, redacted or not', () => {
    const [one, two] = [key(), key()];
    expect(
      shownChanges(secret({ 'tls.key': base64(one) }), secret({ 'tls.key': base64(one) })).changes,
    ).toEqual([]);
    expect(
      shownChanges(secret({ 'tls.key': base64(one) }), secret({ 'tls.key': base64(two) })).changes,
    ).toEqual([{ path: 'data["tls.key"]', change: 'changed', secret: true }]);
  });
});

test('fields that differ are told by path, with what they were and are', () => {
  const { changes } = shownChanges(
    object('Service', 'shop/a', {
      ports: [{ name: 'http', port: 80 }],
      selector: { 'app.kubernetes.io/name': 'a' },
    }),
    object('Service', 'shop/a', { ports: [{ name: 'http', port: 81 }], selector: {} }),
  );
  expect(changes).toEqual([
    { path: 'spec.ports[http].port', change: 'changed', from: 80, to: 81 },
    { path: 'spec.selector["app.kubernetes.io/name"]', change: 'removed', from: 'a' },
  ]);
});
