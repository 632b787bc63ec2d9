import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-own-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const LOG = 'clusters/demo/proxies/shop/cart-v1-db9689b57-djzwj/logs/istio-proxy.log';

cpSync(join(ROOT, 'fixtures/meshes/shop'), at('mesh'), { recursive: true });
rmSync(at('mesh/snapshot.json'));
writeFileSync(at(`mesh/${LOG}`), 'order ACME-123456789 of skunkworks, vaultPin=7788\n');
writeFileSync(
  at('.meshscope.yaml'),
  'redaction:\n  fields: [vaultPin]\n  patterns: ["ACME-[0-9]{9}"]\n  words: [skunkworks]\n',
);

describe('redaction in a configuration file that was found by itself', () => {
  it('adds to what is hidden', async () => {
    const { exitCode, stderr } = await run('bug-report --from mesh --redact names --output-file a.tar.gz', {
      cwd: folder,
    });
    expect(exitCode, stderr).toBe(0);
    extract(readFileSync(at('a.tar.gz')), at('a'));
    const { names } = JSON.parse(readFileSync(at('a.names.json'), 'utf8'));
    const path = LOG.replace('demo', names.demo).replace('shop', names.shop).replace('cart', names.cart);
    expect(readFileSync(at(`a/${path}`), 'utf8')).toBe(
      `order [redacted] of ${names.skunkworks}, vaultPin=[redacted]\n`,
    );
  });

  it('adds to what scan finds', async () => {
    const scan = (cwd: string) => run(`bug-report scan ${at('mesh')} -o json`, { cwd });
    const places = JSON.parse((await scan(folder)).stdout).places;
    expect(places).toContainEqual({ path: LOG, rules: { 'named-value': 1, 'own-pattern': 1 }, count: 2 });
    const without = JSON.parse((await scan(ROOT)).stdout).places;
    expect(without.map((place: { path: string }) => place.path)).not.toContain(LOG);
  });

  it.each([
    ['redaction:\n  keep: [password]\n', 'redaction.keep: there is no field "keep" here'],
    ['redaction:\n  patterns: ["(?=x)"]\n', 'redaction.patterns'],
    ['redaction: [a]\n', 'redaction: expected'],
  ])('is an error where it is wrong: %s', async (text, why) => {
    writeFileSync(at('wrong.yaml'), text);
    for (const line of [
      'bug-report scan demo',
      `bug-report --from demo --output-file ${at('never.tar.gz')}`,
    ]) {
      const { exitCode, stderr } = await run(`${line} --config ${at('wrong.yaml')}`);
      expect([exitCode, stderr]).toEqual([65, expect.stringContaining(why)]);
    }
  });
});
