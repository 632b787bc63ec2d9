import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: shop}
spec:
  hosts: [shop.example.com]
  gateways: [missing]
  http:
  - route: [{destination: {host: cart}}]
`;
const SELECTOR = `---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
`;
const SERVICE = `---
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
`;
const DEPLOYMENT = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger, namespace: shop}
spec:
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: a, image: a}]}
`;

type Answer = readonly { confidence: string; message: string }[];

describe('files that hold configuration of the mesh alone', () => {
  const path = join(folder, 'mesh.yaml');
  const analyzed = async (text: string, more = '') => {
    writeFileSync(path, text);
    const { stdout, stderr, exitCode } = await run(`analyze ${path} -o json ${more}`);
    const findings = JSON.parse(stdout) as Answer;
    const of = (what: string) => findings.find(({ message }) => message.includes(what))?.confidence;
    return { of, stderr, exitCode };
  };

  test('leave Services and workloads to others: that one does not exist is likely, and it is said why', async () => {
    const { of, stderr, exitCode } = await analyzed(ROUTE + SELECTOR);
    expect(of('the host "cart"')).toBe('likely');
    expect(exitCode).toBe(79);
    expect(stderr).toBe(
      'note: there is no Service and no workload in these files: that one does not exist is likely, not certain; --use-kube looks in the cluster, too\n',
    );
  });

  test('are sure of what they hold themselves', async () => {
    const { of } = await analyzed(ROUTE + SELECTOR);
    expect(of('"missing"')).toBe('certain');
  });

  test('that hold Services and workloads, too, are judged by them', async () => {
    const { of, stderr } = await analyzed(ROUTE + SERVICE + DEPLOYMENT);
    expect(of('the host "cart"')).toBe('certain');
    expect(stderr).toBe('');
  });

  test('name what alone they do not hold', async () => {
    expect((await analyzed(ROUTE + SELECTOR + DEPLOYMENT)).stderr).toContain(
      'there is no Service in these files',
    );
  });

  test('say nothing of it over a mesh, which is asked', async () => {
    const { of, stderr } = await analyzed(ROUTE, '--from demo');
    expect(of('"missing"')).toBe('certain');
    expect(stderr).not.toContain('in these files');
  });

  test('say nothing of it as the reference', async () => {
    writeFileSync(path, ROUTE);
    expect((await run(`analyze ${path} --compat`)).stderr).not.toContain('in these files');
  });
});
