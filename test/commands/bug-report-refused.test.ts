import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-refused-'));
const at = (name: string): string => join(folder, name);
let server: Server;
/** What it answers to everything, reviews of rights included. */
let status = 403;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end('blocked by the gateway of the company');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'front', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'me', user: { token: 'x' } }],
    contexts: [{ name: 'front', context: { cluster: 'front', user: 'me' } }],
    'current-context': 'front',
  };
  writeFileSync(at('kubeconfig'), JSON.stringify(config));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function collected(name: string, answered: number, more = '') {
  status = answered;
  const line = `bug-report --kubeconfig ${at('kubeconfig')} --output-file ${at(name)} -o json ${more}`;
  const result = await run(line);
  expect((await run(`bug-report verify ${at(name)}`)).exitCode).toBe(0);
  return { ...result, report: JSON.parse(result.stdout) };
}

describe('a bug report of a cluster behind a front', () => {
  it('that refuses everything is told which rights to ask for (77)', { timeout: 60_000 }, async () => {
    const { exitCode, report, stderr } = await collected('refused.tar.gz', 403);
    expect(exitCode, stderr).toBe(77);
    expect(report.counts.ok).toBe(0);
    expect(report.missingRights.join('\n')).toMatch(/\{apiGroups: \[""\], resources: \["pods",.*"list"/);
    expect(report.unanswered[0].reason).toContain('blocked by the gateway of the company');
    const table = await run(
      `bug-report --kubeconfig ${at('kubeconfig')} --output-file ${at('table.tar.gz')}`,
    );
    expect(table.exitCode).toBe(77);
    expect(table.stdout).toContain('rights to ask for');
  });

  it('is the same of one namespace', { timeout: 60_000 }, async () => {
    const { exitCode, report } = await collected('shop.tar.gz', 403, '-n shop');
    expect([exitCode, report.missingRights.length > 0]).toEqual([77, true]);
  });

  it('that does not accept the login is told so, and of no rights (77)', { timeout: 60_000 }, async () => {
    const { exitCode, report, stderr } = await collected('login.tar.gz', 401);
    expect(exitCode, stderr).toBe(77);
    expect(report.missingRights).toEqual([]);
    expect(report.unanswered[0].reason).toBe('the login was not accepted (401)');
  });

  it('that does not work is out of reach (69)', { timeout: 60_000 }, async () => {
    const { exitCode, report, stderr } = await collected('broken.tar.gz', 502, '--timeout 5s');
    expect(exitCode, stderr).toBe(69);
    expect(report.refused).toBe(0);
  });
});
