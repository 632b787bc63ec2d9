import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GraphAnswer } from '../../src/answers/graph/graph-answer.ts';
import { run } from '../helpers/run.ts';

const DEMO = 'graph --from demo';
const GOLDEN = '../../fixtures/golden/graph';

const LOOP = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: sale
  namespace: shop
spec:
  hosts: [sale.example]
  gateways: [edge/public]
  http:
    - redirect:
        authority: sale.example
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: edge
spec:
  selector:
    istio: ingressgateway
  servers:
    - hosts: [sale.example]
      port: {number: 80, name: http, protocol: HTTP}
`;

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'graph-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function jsonOf(line: string): Promise<GraphAnswer> {
  return JSON.parse((await run(`${line} -o json`)).stdout) as GraphAnswer;
}

describe('graph', () => {
  it.each([
    ['whole', ''],
    ['depends', '--from-object virtualservice/recommender-v2.shop'],
    ['impact', '--impact secret/shop-cert.edge'],
    ['payments', '-n payments'],
  ])('says it as a person reads it: %s', async (name, words) => {
    const { stdout, exitCode } = await run(`${DEMO} ${words}`);
    await expect(stdout).toMatchFileSnapshot(`${GOLDEN}/${name}.txt`);
    expect(exitCode).toBe(0);
  });

  it.each(['dot', 'mermaid'])('is drawn as %s, alike every time', async (format) => {
    const line = `${DEMO} --from-object gateway/public.edge -o ${format}`;
    const { stdout } = await run(line);
    await expect(stdout).toMatchFileSnapshot(`${GOLDEN}/public.${format}`);
    expect((await run(line)).stdout).toBe(stdout);
  });

  it('finds the faults of the demo mesh that references show, and no other', async () => {
    const { cycles, dangling } = await jsonOf(DEMO);
    expect(cycles.map(({ kind, level }) => [kind, level])).toEqual([['redirect', 'error']]);
    expect(dangling.map(({ from, written, level, near }) => [level, from, written, near])).toEqual([
      ['error', 'Gateway edge/public', 'admin-cert', ['shop-cert']],
      ['error', 'VirtualService shop/cart', 'v3', ['v1']],
      ['error', 'VirtualService shop/recommender-v2', 'recommendr', ['recommender']],
      ['warning', 'AuthorizationPolicy shop/search-old-sa', 'cluster.local/ns/shop/sa/web', []],
      ['warning', 'Service shop/images', 'app=images', []],
    ]);
  });

  it('finds those of the ambient mesh, and no other', async () => {
    const { cycles, dangling } = await jsonOf('graph --from fixtures/meshes/ambient');
    expect(cycles).toEqual([]);
    expect(dangling.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      'AuthorizationPolicy pharmacy/ghost-target > GatewayApiGateway pharmacy/ghost-waypoint',
      'Service pharmacy/billing > GatewayApiGateway pharmacy/ghost-waypoint',
      'Service pharmacy/stock > GatewayApiGateway clinic/clinic-waypoint',
      'Service clinic/wards > Workload clinic/app=wards',
    ]);
  });

  it('prints a loop of files edge by edge with line and column', async () => {
    const folder = folderOf({ 'sale.yaml': LOOP });
    const { stdout, exitCode } = await run(`graph ${folder} --exit-code`);
    expect(stdout).toContain('✖ 1 loop in ');
    expect(stdout).toMatch(
      /VirtualService shop\/sale, route 1 → VirtualService shop\/sale, route 1\s+\S*sale\.yaml:10:7\n/,
    );
    expect(exitCode).toBe(1);
  });

  it('reads files over the mesh: what is in the mesh is found', async () => {
    const folder = folderOf({
      'new.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: new, namespace: shop}
spec: {hosts: [new.example], http: [{route: [{destination: {host: cart}}]}]}
`,
    });
    const alone = await jsonOf(`graph ${folder}`);
    expect(alone.dangling.map(({ written }) => written)).toEqual(['cart']);
    const over = await jsonOf(`graph ${folder} --from demo`);
    expect(over.edges.find(({ from }) => from === 'VirtualService shop/new')?.to).toBe('Service shop/cart');
    const place = over.edges.find(({ from }) => from === 'VirtualService shop/new')?.place;
    expect([place?.line, place?.column]).toEqual([4, 61]);
  });

  it('does not depend on the order of files and documents', async () => {
    const documents = LOOP.split('---\n');
    const one = folderOf({ 'a.yaml': documents.join('---\n') });
    const other = folderOf({ 'a.yaml': documents.reverse().join('---\n') });
    const shape = async (folder: string) => {
      const { nodes, edges } = await jsonOf(`graph ${folder}`);
      return [nodes.map(({ id }) => id), edges.map(({ from, to, relation }) => [from, relation, to])];
    };
    expect(await shape(other)).toEqual(await shape(one));
  });

  it('calls nothing missing that files alone can not show', async () => {
    const folder = folderOf({ 'sale.yaml': LOOP });
    const { nodes, dangling } = await jsonOf(`graph ${folder}`);
    expect(dangling).toEqual([]);
    expect(nodes.map(({ id, state }) => [id, state])).toEqual([
      ['Gateway edge/public', 'there'],
      ['VirtualService shop/sale', 'there'],
      ['Workload istio=ingressgateway', 'unknown'],
    ]);
  });

  it('names the nearest when an object does not exist', async () => {
    const { stderr, exitCode } = await run(`${DEMO} --impact vs/crat.shop`);
    expect(exitCode).toBe(66);
    expect(stderr).toContain('error: there is no vs "crat.shop"');
    expect(stderr).toContain('near  vs/cart.shop');
  });

  it('takes the namespace in front or behind, and says so', async () => {
    const behind = await run(`${DEMO} --impact vs/cart.shop`);
    expect((await run(`${DEMO} --impact vs/shop/cart`)).stdout).toBe(behind.stdout);
    const { stderr, exitCode } = await run(`${DEMO} --impact VirtualService/shop/crat`);
    expect(exitCode).toBe(66);
    expect(stderr).toContain('error: there is no VirtualService "crat" in namespace shop');
    expect(stderr).toContain('near  VirtualService/cart.shop');
    const wrong = await run(`${DEMO} --impact vs`);
    expect(wrong.stderr).toContain('KIND/NAME, KIND/NAME.NAMESPACE or KIND/NAMESPACE/NAME');
  });

  it('shows one that nothing refers to', async () => {
    const { stdout, exitCode } = await run(`${DEMO} --impact secret/istio-ca-secret`);
    expect(stdout).toBe('✔ a change of Secret istio-system/istio-ca-secret affects nothing that was read\n');
    expect(exitCode).toBe(0);
  });

  it('tells the Gateways of Istio and of Kubernetes apart', async () => {
    const kubernetes = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec: {gatewayClassName: istio}
`;
    const folder = folderOf({ 'both.yaml': `${LOOP}---\n${kubernetes}` });
    const both = await run(`graph ${folder} --from-object gateway/public.edge`);
    expect(both.exitCode).toBe(64);
    expect(both.stderr).toContain(
      'gateway.networking.istio.io/public.edge, gateway.gateway.networking.k8s.io/public.edge',
    );
    const { stdout } = await run(
      `graph ${folder} --from-object gateway.gateway.networking.k8s.io/public.edge`,
    );
    expect(stdout).toContain('Kubernetes Gateway edge/public');
  });

  it('asks which one when several namespaces have the name, unless one is given', async () => {
    const both = await run(`${DEMO} --from-object peerauthentication/default`);
    expect(both.exitCode).toBe(0);
    const several = folderOf({
      'two.yaml': `${LOOP}---\n${LOOP.replaceAll('namespace: shop', 'namespace: mall')}`,
    });
    const { stderr, exitCode } = await run(`graph ${several} --impact vs/sale`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('virtualservice/sale.mall, virtualservice/sale.shop');
    expect((await run(`graph ${several} --impact vs/sale -n mall`)).exitCode).toBe(0);
  });

  it.each([
    ['--from-object cart', 'is not of the form KIND/NAME'],
    ['--from-object nonsense/cart', 'there is no kind "nonsense"'],
    ['--kind virtualservise', 'near  virtualservice'],
    ['--from-object vs/a --impact vs/b', 'choose one'],
    ['--depth 0 --from-object vs/cart.shop', '--depth'],
  ])('refuses %s', async (words, message) => {
    const { stderr, exitCode } = await run(`${DEMO} ${words}`);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(64);
  });

  it('goes on past documents that can not be read, and says so', async () => {
    const folder = folderOf({ 'good.yaml': LOOP, 'bad.yaml': 'kind: [unclosed\n' });
    const { stdout, exitCode } = await run(`graph ${folder}`);
    expect(stdout).toMatch(/^✖ .*bad\.yaml:/);
    expect(stdout).toContain('1 loop');
    expect(exitCode).toBe(65);
  });

  it('never shows what is in a Secret', async () => {
    const folder = folderOf({
      'remote.yaml': `apiVersion: v1
kind: Secret
metadata: {name: west, namespace: istio-system, labels: {istio/multiCluster: "true"}}
stringData: {west: planted-kubeconfig}
`,
    });
    for (const format of ['table', 'json', 'yaml', 'dot', 'mermaid', 'html'])
      expect((await run(`graph ${folder} -o ${format}`)).stdout).not.toContain('planted-kubeconfig');
  });
});
