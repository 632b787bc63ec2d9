import { describe, expect, test } from 'vitest';
import { policyVerdicts } from '../../../src/answers/policy-verdicts.ts';
import { ztunnelCertificates } from '../../../src/answers/ztunnel-certificates.ts';
import { ztunnelConnections } from '../../../src/answers/ztunnel-connections.ts';
import { ztunnelPolicies } from '../../../src/answers/ztunnel-policies.ts';
import { ztunnelServices } from '../../../src/answers/ztunnel-services.ts';
import { ztunnelWorkloads } from '../../../src/answers/ztunnel-workloads.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { type ZtunnelDump, ztunnelDump } from '../../../src/ztunnel/dump.ts';

const dump = (sections: Record<string, unknown>): ZtunnelDump => ztunnelDump(sections);
const pod = (name: string, fields: object = {}): object => ({
  uid: `demo//Pod/clinic/${name}`,
  name,
  namespace: 'clinic',
  protocol: 'HBONE',
  status: 'Healthy',
  serviceAccount: name,
  workloadIps: ['10.0.0.1'],
  ...fields,
});
const service = (name: string, fields: object = {}): object => ({
  name,
  namespace: 'clinic',
  hostname: `${name}.clinic.svc.cluster.local`,
  vips: ['/10.96.0.1'],
  endpoints: {},
  ...fields,
});
const endpoint = (name: string): object => ({ [name]: { workloadUid: `demo//Pod/clinic/${name}` } });

describe('workloads', () => {
  const texts = (sections: Record<string, unknown>): (string | undefined)[] =>
    ztunnelWorkloads(dump(sections), {}).rows.map(({ concern }) => concern?.text);

  test('a waypoint that ztunnel does not know, or without a healthy pod, breaks connections', () => {
    const waypoint = { destination: 'clinic/wp.clinic.svc.cluster.local' };
    expect(texts({ workloads: [pod('labs', { waypoint })] })).toEqual([
      'its waypoint clinic/wp.clinic.svc.cluster.local is not known to ztunnel: connections fail',
    ]);
    const unready = pod('wp', { status: 'Unhealthy' });
    const services = [service('wp', { endpoints: endpoint('wp') })];
    expect(texts({ workloads: [pod('labs', { waypoint }), unready], services })[0]).toContain(
      'its waypoint wp has no healthy pod',
    );
    expect(texts({ workloads: [pod('labs', { waypoint }), pod('wp')], services })[0]).toBeUndefined();
  });

  test('a service account other than the one that the node named breaks connections', () => {
    const workloadState = { a: { info: { name: 'labs', namespace: 'clinic', serviceAccount: 'old' } } };
    expect(texts({ workloads: [pod('labs')], workloadState })[0]).toContain('as service account old');
    const same = { a: { info: { name: 'labs', namespace: 'clinic', serviceAccount: 'labs' } } };
    expect(texts({ workloads: [pod('labs')], workloadState: same })).toEqual([undefined]);
  });

  test('filters ignore case, and a pod narrows to itself in its namespace', () => {
    const held = dump({
      workloads: [pod('labs', { node: 'ward-1' }), pod('desk', { namespace: 'frontdesk' })],
    });
    const names = (filter: object): string[] =>
      ztunnelWorkloads(held, filter).rows.map(({ workload }) => workload.name);
    expect(names({ node: 'WARD-1' })).toEqual(['labs']);
    expect(names({ namespace: 'Clinic' })).toEqual(['labs']);
    expect(names({ address: '10.0.0.2' })).toEqual([]);
    expect(names({ pod: { name: 'labs', namespace: 'frontdesk' } })).toEqual([]);
  });
});

describe('services', () => {
  const texts = (
    sections: Record<string, unknown>,
    unbound?: ReadonlyMap<string, string>,
  ): (string | undefined)[] =>
    ztunnelServices(dump(sections), {}, unbound).rows.map(({ concern }) => concern?.text);

  test('without endpoints, or without a healthy one, fail; AllowAll takes those that are not healthy', () => {
    const workloads = [pod('labs', { status: 'Unhealthy' })];
    const endpoints = endpoint('labs');
    expect(texts({ services: [service('labs')] })[0]).toContain('no endpoints');
    expect(texts({ workloads, services: [service('labs', { endpoints })] })[0]).toContain(
      'no healthy endpoint',
    );
    const loadBalancer = { healthPolicy: 'AllowAll' };
    expect(texts({ workloads, services: [service('labs', { endpoints, loadBalancer })] })).toEqual([
      undefined,
    ]);
  });

  test('that do not get the waypoint they name say so, unless ztunnel has one for them after all', () => {
    const unbound = new Map([['clinic/labs', 'waypoint clinic/ghost does not exist']]);
    const sections = {
      workloads: [pod('labs')],
      services: [service('labs', { endpoints: endpoint('labs') })],
    };
    expect(texts(sections, unbound)).toEqual(['waypoint clinic/ghost does not exist']);
  });
});

describe('policies', () => {
  const rule = [[{ namespaces: [{ Exact: 'clinic' }] }]];
  const policy = (name: string, fields: object): object => ({
    name,
    namespace: 'clinic',
    scope: 'WorkloadSelector',
    action: 'Allow',
    rules: [rule],
    ...fields,
  });
  const object = (name: string, fields: object, condition?: object): KubeObject => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: 'clinic' },
    spec: fields,
    status: { conditions: condition ? [{ type: 'ZtunnelAccepted', ...condition }] : [] },
  });
  const message = 'ztunnel does not support HTTP attributes (found: methods). Rules are omitted.';

  test('with rules left out are broken, although istiod says True', () => {
    const verdicts = policyVerdicts([
      object('get-only', {}, { status: 'True', reason: 'UnsupportedValue', message }),
    ]);
    const { rows } = ztunnelPolicies(dump({ policies: [policy('get-only', { rules: [] })] }), {}, verdicts);
    expect(rows[0]?.concern).toEqual({
      level: 'bad',
      text: 'left out: rules with HTTP conditions (methods), which only a waypoint can check; without rules it denies every connection',
    });
  });

  test('that are not for ztunnel, or were refused, are told of although ztunnel lacks them', () => {
    const verdicts = policyVerdicts([
      object('audit', { action: 'AUDIT' }),
      object(
        'trial',
        { action: 'DENY' },
        { status: 'False', reason: 'UnsupportedValue', message: 'dry run' },
      ),
      object('for-waypoint', { targetRefs: [{ kind: 'Gateway', name: 'wp' }] }, { status: 'False', message }),
      object('fine', {}, { status: 'True', reason: 'Accepted' }),
    ]);
    const { rows, total } = ztunnelPolicies(dump({ policies: [] }), {}, verdicts);
    expect(rows.map(({ name, action }) => [name, action])).toEqual([
      ['audit', 'Audit'],
      ['trial', 'Deny'],
    ]);
    expect(total).toBe(0);
  });

  test('of PeerAuthentications name those, and no policy of that name is looked for', () => {
    const name = 'converted_peer_authentication_ports';
    const held = dump({ policies: [policy(name, { action: 'Deny' })] });
    const [row] = ztunnelPolicies(held, {}, [
      { namespace: 'clinic', name, action: 'DENY', dropped: 'x' },
    ]).rows;
    expect(row).toMatchObject({ origin: 'PeerAuthentication clinic/ports', concern: undefined });
  });

  test('that select no workload are worth a look', () => {
    const held = dump({ policies: [policy('idle', {})], workloads: [pod('labs')] });
    expect(ztunnelPolicies(held, {}).rows[0]?.concern?.text).toContain('selects no workload');
    const selected = dump({
      policies: [policy('used', {})],
      workloads: [pod('labs', { authorizationPolicies: ['clinic/used'] })],
    });
    expect(ztunnelPolicies(selected, {}).rows[0]).toMatchObject({ workloads: 1, concern: undefined });
  });
});

describe('certificates', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const certificate = (validFrom: string, expirationTime: string): object => ({
    serialNumber: '255',
    validFrom,
    expirationTime,
  });
  const concernOf = (fields: object): string | undefined =>
    ztunnelCertificates(dump({ certificates: [{ identity: 'spiffe://x', ...fields }] }), now).rows[0]?.concern
      ?.text;
  const root = certificate('2026-01-01T00:00:00Z', '2036-01-01T00:00:00Z');
  const leaf = certificate('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z');

  test('name what was not issued, has expired, is not valid yet, or should have been renewed', () => {
    const of = (from: string, to: string): string | undefined =>
      concernOf({ state: 'Available', certChain: [certificate(from, to)], rootCerts: [root] });
    expect(of('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z')).toBeUndefined();
    expect(of('2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z')).toContain('expired 12h ago');
    expect(of('2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z')).toContain('not valid before');
    expect(of('2026-11-22T13:00:00Z', '2026-11-23T13:00:00Z')).toContain('expires in 60m');
    expect(of('soon', 'later')).toContain('can not be read');
    expect(concernOf({ state: 'Unavailable: no CA', certChain: [] })).toContain(
      'not issued, so its connections fail: no CA',
    );
    expect(concernOf({ state: 'Initializing', certChain: [] })).toBe('no certificate yet');
  });

  test('of older ztunnels have their root at the end of the chain', () => {
    const held = dump({
      certificates: [{ identity: 'spiffe://x', state: 'Available', certChain: [leaf, root] }],
    });
    const answer = ztunnelCertificates(held, now);
    expect(answer.rows[0]?.leaf?.expirationTime).toBe('2026-11-24T00:00:00Z');
    expect(answer.roots.map(({ expirationTime }) => expirationTime)).toEqual(['2036-01-01T00:00:00Z']);
  });
});

describe('connections', () => {
  const workloads = [pod('labs', { workloadIps: ['10.0.0.1', 'fd00::1'] })];
  const connections = {
    inbound: [{ src: '[fd00::1]:9', actualDst: '10.0.0.1:80', originalDst: null, protocol: 'TCP' }],
    outbound: [
      { src: '10.0.0.1:9', actualDst: '10.9.9.9:80', originalDst: '10.96.0.1:80', protocol: 'HBONE' },
    ],
  };
  const info = { name: 'labs', namespace: 'clinic' };
  const held = dump({ workloads, services: [service('web')], workloadState: { a: { info, connections } } });
  const all = { raw: false, firstAddressOnly: false };

  test('are told by name: services before workloads, every address of them', () => {
    expect(
      ztunnelConnections(held, all).rows.map(({ local, remote, target }) => [local, remote, target]),
    ).toEqual([
      ['labs.clinic:80', 'labs.clinic:9', ''],
      ['labs.clinic:9', '10.9.9.9:80', 'web.clinic.svc.cluster.local:80'],
    ]);
    const [first] = ztunnelConnections(held, { ...all, firstAddressOnly: true }).rows;
    expect(first?.remote).toBe('[fd00::1]:9');
    expect(ztunnelConnections(held, { ...all, raw: true }).rows[1]?.target).toBe('10.96.0.1:80');
  });

  test('are counted whether or not they pass the filter', () => {
    const inbound = ztunnelConnections(held, { ...all, direction: 'inbound' });
    expect([inbound.rows.length, inbound.total, inbound.totalServed]).toEqual([1, 2, 1]);
    expect(ztunnelConnections(held, { ...all, namespace: 'other' })).toMatchObject({
      rows: [],
      served: [],
      total: 2,
    });
  });
});
