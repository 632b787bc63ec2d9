import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderWith } from '../helpers/ci-folder.ts';
import { run } from '../helpers/run.ts';

const GOOD = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec: {host: cart}
`;
const BAD = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolcy: {}
  exportTo: all
`;
const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - backendRefs:
    - name: cart
`;
const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: httproutes.gateway.networking.k8s.io}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes}
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              rules:
                type: array
                items:
                  type: object
                  properties:
                    backendRefs:
                      type: array
                      items:
                        type: object
                        required: [port]
                        properties: {name: {type: string}, port: {type: integer}}
`;
const WORKLOADS = `apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: web, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: cart}
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshscope-validate-'));
  const files = {
    'good.yaml': GOOD,
    'bad.yaml': BAD,
    'route.yaml': ROUTE,
    'crd.yaml': CRD,
    'broken.yaml': 'a: b: c\n',
    'workloads.yaml': WORKLOADS,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const validate = (words: string, options = {}) => run(`validate ${words}`, { cwd: folder, ...options });

interface Message {
  readonly code: string;
  readonly level: string;
  readonly reference: string;
}
const codes = (stdout: string) =>
  (JSON.parse(stdout) as Message[]).map(({ code, level, reference }) => `${code} ${level} ${reference}`);

describe('validate', () => {
  test('says that nothing is wrong, and exits with 0', async () => {
    const { stdout, stderr, exitCode } = await validate('good.yaml');
    expect(stdout).toMatch(/^✔ nothing found in good\.yaml .*\n$/);
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  test('finds every fault of a file at its line, and exits with 79 in every format', async () => {
    const { stdout, exitCode } = await validate('-f bad.yaml -o json');
    expect(codes(stdout)).toEqual(['MSH0060 Error bad.yaml:6', 'MSH0061 Error bad.yaml:7']);
    expect([exitCode, (await validate('bad.yaml')).exitCode]).toEqual([79, 79]);
  });

  test('judges a name that several files have in each of them', async () => {
    const { stdout } = await validate('bad.yaml -f good.yaml -o json');
    expect(codes(stdout)).toHaveLength(2);
    expect(codes((await validate('good.yaml bad.yaml -o json')).stdout)).toEqual(codes(stdout));
  });

  test('tells a Gateway of Istio from one of the Gateway API with the same name', async () => {
    const gateways = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selectr: {istio: ingressgateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: istio, listeners: []}
`;
    writeFileSync(join(folder, 'gateways.yaml'), gateways);
    writeFileSync(join(folder, 'swapped.yaml'), gateways.split('---\n').reverse().join('---\n'));
    expect(codes((await validate('gateways.yaml -o json')).stdout)).toContain(
      'MSH0060 Error gateways.yaml:5',
    );
    expect(codes((await validate('swapped.yaml -o json')).stdout)).toContain('MSH0060 Error swapped.yaml:10');
  });

  test('reads stdin, with the experimental word in front as well', async () => {
    const { stdout, exitCode } = await run('x validate -f - -o json', { stdin: BAD });
    expect([codes(stdout).length, exitCode]).toEqual([2, 79]);
    expect((await run('validate -', { stdin: GOOD })).stdout).toContain('nothing found in stdin ');
    expect((await run('analyze -', { stdin: BAD })).stdout).toContain(' in stdin ');
  });

  test('judges by CRDs that are given', async () => {
    expect((await validate('route.yaml')).exitCode).toBe(0);
    const { stdout, exitCode } = await validate('route.yaml --crds crd.yaml -o json');
    expect([codes(stdout), exitCode]).toEqual([['MSH0066 Error route.yaml:7'], 79]);
  });

  test.each(['validate', 'analyze'])('%s does not judge by CRDs that it could not read', async (word) => {
    const none = await run(`${word} good.yaml --crds good.yaml`, { cwd: folder });
    expect([none.stdout, none.exitCode]).toEqual(['', 65]);
    expect(none.stderr).toContain('error: there is no CRD in good.yaml');
    const one = await run(`${word} bad.yaml --crds crd.yaml --crds good.yaml`, { cwd: folder });
    expect([one.stdout, one.exitCode]).toEqual(['', 65]);
    const broken = await run(`${word} bad.yaml --crds broken.yaml`, { cwd: folder });
    expect([broken.stdout, broken.exitCode]).toEqual(['', 65]);
    expect(broken.stderr).toContain('broken.yaml:1:5: not valid YAML');
  });

  test('names ports without a protocol and templates without labels, and lets them pass', async () => {
    const { stdout, exitCode } = await validate('workloads.yaml -o json');
    expect(codes(stdout).sort()).toEqual(['IST0118 Info workloads.yaml:6', 'MSH0069 Info workloads.yaml:14']);
    expect(exitCode).toBe(0);
  });

  test('judges the mesh configuration that a ConfigMap holds', async () => {
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "accessLogFiles: x"}\n';
    const { stdout } = await run('validate - -o json', { stdin: map });
    expect(JSON.parse(stdout)).toMatchObject([
      {
        code: 'MSH0068',
        level: 'Warning',
        path: 'accessLogFiles',
        origin: 'MeshConfig istio-system/meshconfig',
      },
    ]);
  });

  test('does not call good what it has not read', async () => {
    const { stdout, exitCode } = await run('validate README.md');
    expect(stdout).toBe('! no resource to check in README.md  0 resources\n');
    expect(exitCode).toBe(0);
  });

  test('fails with 65 for what can not be read, and says where', async () => {
    const { stdout, exitCode } = await run('validate -', { stdin: 'a: [' });
    expect(stdout).toMatch(/^✖ MSH0090 +stdin:\d+:\d+\n {2}Not valid YAML/);
    expect(exitCode).toBe(65);
  });

  test('asks for a file when there is none', async () => {
    const { stderr, exitCode } = await validate('');
    expect(stderr).toContain('validate needs a file or folder, or - for stdin');
    expect(exitCode).toBe(64);
  });

  test('under --compat has the lines and the exit code of the reference', async () => {
    const good = await validate('--compat -f good.yaml');
    expect([good.stdout, good.exitCode]).toEqual(['"good.yaml" is valid\n', 0]);
    expect((await run('validate --compat -f -', { stdin: GOOD })).stdout).toBe('validation succeed\n');
    const bad = await validate('--compat -f bad.yaml');
    expect(bad.stdout).toMatch(/^Error: 2 errors occurred:\n\t\* DestinationRule\/\/shop\/cart: /);
    expect(bad.exitCode).toBe(1);
  });
});

describe('a kind of somebody else', () => {
  const crd = (kind: string, plural: string, group = 'certs.example') => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.${group}}
spec:
  group: ${group}
  names: {kind: ${kind}, plural: ${plural}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [secretName]
            properties:
              secretName: {type: string, minLength: 1}
              days: {type: integer, maximum: 90}
            x-kubernetes-validations:
            - {rule: "!has(self.days) || self.days > 1", message: a day is too short}
`;
  const certificate = (spec: string) =>
    `apiVersion: certs.example/v1\nkind: Certificate\nmetadata: {name: shop, namespace: shop}\nspec: ${spec}\n`;

  async function judge(spec: string, more = '--crds crds'): Promise<readonly string[]> {
    const cwd = folderWith({
      'cert.yaml': certificate(spec),
      'crds/crd.yaml': crd('Certificate', 'certificates'),
    });
    const { stdout } = await run(`validate cert.yaml ${more} -o json`, { cwd });
    return JSON.parse(stdout).map(
      (one: Record<string, unknown>) => `${one['code']} ${one['path']} ${one['line']}`,
    );
  }

  test('is judged by the CRD at hand: fields, values and rules', async () => {
    expect(await judge('{secretName: shop-tls, days: 30}')).toEqual([]);
    expect(await judge('{days: 30}')).toEqual([expect.stringMatching(/^MSH0066 spec/)]);
    expect(await judge('{secretName: shop-tls, days: 91}')).toEqual(['MSH0066 spec.days 4']);
    expect(await judge('{secretName: shop-tls, days: 1}')).toEqual([expect.stringMatching(/^MSH0066 spec/)]);
    expect(await judge('{secretName: shop-tls, day: 1}')).toEqual(['MSH0060 spec.day 4']);
  });

  test('is judged by a CRD among the files themselves, and passes where there is none', async () => {
    expect(await judge('{days: 91}', 'crds')).not.toEqual([]);
    expect(await judge('{days: 91}', '')).toEqual([]);
  });

  test('of the Gateway API, of which only some are read, is judged as well', async () => {
    const cwd = folderWith({
      'grant.yaml': certificate('{days: 91}')
        .replace('certs.example', 'gateway.networking.k8s.io')
        .replace('Certificate', 'ReferenceGrant'),
      'crds/crd.yaml': crd('ReferenceGrant', 'referencegrants', 'gateway.networking.k8s.io'),
    });
    const { stdout, exitCode } = await run('validate grant.yaml --crds crds -o json', { cwd });
    const codes = JSON.parse(stdout).map(({ code }: { code: string }) => code);
    expect(new Set(codes)).toEqual(new Set(['MSH0066']));
    expect(exitCode).toBe(79);
  });
});
