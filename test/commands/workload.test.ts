import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hookObject } from '../helpers/injection.ts';
import { objectMesh } from '../helpers/object-mesh.ts';
import { ROOT, run } from '../helpers/run.ts';

const SHOP = join(ROOT, 'fixtures/meshes/shop');

describe('workload group create', () => {
  it('prints a WorkloadGroup with the defaults', async () => {
    const { stdout } = await run('x workload group create --name ledger --namespace payments');
    expect(stdout).toBe(
      [
        'apiVersion: networking.istio.io/v1',
        'kind: WorkloadGroup',
        'metadata:',
        '  name: ledger',
        '  namespace: payments',
        'spec:',
        '  metadata: {}',
        '  template:',
        '    serviceAccount: default',
        '',
      ].join('\n'),
    );
  });

  it('prints every part that was given', async () => {
    const { stdout } = await run(
      'workload group create --name ledger -n payments -l app=ledger,tier=db -a note=vm -p grpc=3550,http=8080 -s ledger --network dc-1 --locality eu/eu-1 -w 100',
    );
    expect(stdout).toBe(
      [
        'apiVersion: networking.istio.io/v1',
        'kind: WorkloadGroup',
        'metadata:',
        '  name: ledger',
        '  namespace: payments',
        'spec:',
        '  metadata:',
        '    annotations:',
        '      note: vm',
        '    labels:',
        '      app: ledger',
        '      tier: db',
        '  template:',
        '    locality: eu/eu-1',
        '    network: dc-1',
        '    ports:',
        '      grpc: 3550',
        '      http: 8080',
        '    serviceAccount: ledger',
        '    weight: 100',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['--name ledger', 'expecting a workload namespace'],
    ['-n payments', 'expecting a workload name'],
    ['--name ledger -n payments -p http=80x', '"80x" is no port'],
    ['--name ledger -n payments -p http=65536', '"65536" is no port'],
    ['--name ledger -n payments -p 80', 'is no pair'],
    ['--name ledger -n payments -p a=1,a=2', 'twice'],
    ['--name Ledger -n payments', 'is no name of Kubernetes'],
  ])('refuses %s', async (words, message) => {
    const { stdout, stderr, exitCode } = await run(`workload group create ${words}`);
    expect(stderr).toContain(message);
    expect([stdout, exitCode]).toEqual(['', 64]);
  });
});

describe('workload entry configure', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'workload-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(
      join(folder, 'group.yaml'),
      `apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata:
  name: ledger-vm
  namespace: payments
spec:
  metadata:
    labels: {app: ledger, note: "it's"}
    annotations:
      proxy.istio.io/config: |
        proxyMetadata: {LEDGER_MODE: vm}
  probe: {httpGet: {port: 8080}}
  template:
    serviceAccount: ledger
    network: dc-1
    ports: {http: 9080, admin: 9000}
`,
    );
    writeFileSync(join(folder, 'broken.yaml'), 'kind: WorkloadGroup\nspec: }');
    writeFileSync(
      join(folder, 'account.yaml'),
      '{kind: WorkloadGroup, apiVersion: v1, metadata: {name: a, namespace: b}, spec: {template: {serviceAccount: -x}}}',
    );
    writeFileSync(join(folder, 'other.yaml'), 'kind: Pod\napiVersion: v1\nmetadata: {name: a}');
  });
  const configure = (words: string, mesh = SHOP) =>
    run(`workload entry configure ${words} --from ${mesh}`, { cwd: folder });
  const text = (name: string): string => readFileSync(join(folder, 'vm', name), 'utf8');

  it('writes what the agent of the workload reads, and says how to make the token', async () => {
    const { stdout, stderr, exitCode } = await configure(
      '-f group.yaml -o vm --internalIP 10.0.0.7 --ingressIP 192.0.2.10 --tokenDuration 7200',
    );
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toBe(
      [
        '✔ 4 files for the workloads of WorkloadGroup payments/ledger-vm',
        '  vm/mesh.yaml',
        '  vm/cluster.env',
        '  vm/root-cert.pem',
        '  vm/hosts',
        '· the token is a secret of the cluster, and is made by:',
        "  (umask 077; kubectl create token 'ledger' -n 'payments' --audience=istio-ca --duration=7200s > 'vm/istio-token')",
        '',
      ].join('\n'),
    );
    expect(text('hosts')).toBe('192.0.2.10 istiod.istio-system.svc\n');
    expect(text('root-cert.pem')).toContain('-----BEGIN CERTIFICATE-----');
    expect(text('cluster.env')).toBe(
      [
        "CANONICAL_REVISION='latest'",
        "CANONICAL_SERVICE='ledger'",
        "ISTIO_INBOUND_PORTS='9000,9080'",
        "ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021,15020'",
        `ISTIO_METAJSON_LABELS='{"app":"ledger","note":"it'"'"'s","service.istio.io/canonical-name":"ledger","service.istio.io/canonical-revision":"latest"}'`,
        "ISTIO_META_CLUSTER_ID='demo'",
        "ISTIO_META_DNS_CAPTURE='true'",
        "ISTIO_META_MESH_ID=''",
        "ISTIO_META_NETWORK='dc-1'",
        `ISTIO_META_POD_PORTS='[{"name":"admin","containerPort":9000,"protocol":""},{"name":"http","containerPort":9080,"protocol":""}]'`,
        "ISTIO_META_WORKLOAD_NAME='ledger-vm'",
        "ISTIO_NAMESPACE='payments'",
        "ISTIO_SERVICE='ledger-vm.payments'",
        "ISTIO_SERVICE_CIDR='*'",
        "ISTIO_SVC_IP='10.0.0.7'",
        "LEDGER_MODE='vm'",
        "POD_NAMESPACE='payments'",
        "SERVICE_ACCOUNT='ledger'",
        "TRUST_DOMAIN='cluster.local'",
        '',
      ].join('\n'),
    );
    expect(text('mesh.yaml').split('\n').slice(0, 3)).toEqual([
      'defaultConfig:',
      '  discoveryAddress: istiod.istio-system.svc:15012',
      '  proxyMetadata:',
    ]);
    expect(text('mesh.yaml')).toContain('  readinessProbe:\n    httpGet:\n      port: 8080\n');
    expect(
      readdirSync(join(folder, 'vm')).map((name) => statSync(join(folder, 'vm', name)).mode & 0o133),
    ).toEqual([0, 0, 0, 0]);
  });

  it('asks a revision by its own names, also the one that the tag default stands for', async () => {
    const configMap = (name: string, data: object, namespace = 'istio-system') => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data,
    });
    const mesh = objectMesh([
      hookObject('1-30', { tag: 'default', isDefault: true }),
      configMap('istio-1-30', { mesh: 'defaultConfig: {statusPort: 15021}' }),
      configMap('istio-sidecar-injector-1-30', {
        values: '{"global":{"multiCluster":{"clusterName":"west"}}}',
      }),
      configMap('istio-ca-root-cert', { 'root-cert.pem': 'PEM\n' }, 'payments'),
    ]);
    const { stderr } = await configure('-f group.yaml -o vm --externalIP 203.0.113.5 --autoregister', mesh);
    expect(stderr).toContain(
      'hosts: there is no Service istio-system/istio-eastwestgateway; the file is empty',
    );
    expect(text('cluster.env')).toContain("CA_ADDR='istiod-1-30.istio-system.svc:15012'");
    expect(text('cluster.env')).toContain("ISTIO_LOCAL_EXCLUDE_PORTS='22,15090,15021'\n");
    expect(text('cluster.env')).toContain("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION='true'");
    expect(text('cluster.env')).toContain("ISTIO_META_AUTO_REGISTER_GROUP='ledger-vm'");
    expect(text('mesh.yaml')).toContain('discoveryAddress: istiod-1-30.istio-system.svc:15012');
    expect(text('mesh.yaml')).toContain('ISTIO_META_CLUSTER_ID: west');
    expect(text('hosts')).toBe('');
  });

  it.each([
    ['-o vm --name ledger-vm', 64, 'expecting a WorkloadGroup'],
    ['-f group.yaml', 64, 'expecting an output folder'],
    ['-f group.yaml -o vm --ingressIP gateway.example', 64, 'is no IP address'],
    ['-f group.yaml -o vm --internalIP 10.0.0.1 --externalIP 10.0.0.2', 64, 'give one of'],
    ['-f nosuch.yaml -o vm', 66, 'there is no file nosuch.yaml'],
    ['-o vm --name ledgr -n payments', 66, 'no WorkloadGroup "ledgr" in namespace payments'],
    ['-f broken.yaml -o vm', 65, 'broken.yaml:2:7: not valid YAML'],
    ['-f account.yaml -o vm', 65, 'the service account "-x" of the WorkloadGroup is no name'],
    ['-f other.yaml -o vm', 65, 'other.yaml holds no WorkloadGroup'],
    ['-f group.yaml -o group.yaml', 65, "can't write group.yaml/mesh.yaml"],
  ])('%s ends with %i', async (words, code, message) => {
    const { stderr, exitCode } = await configure(words);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });
});
