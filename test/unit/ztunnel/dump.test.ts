import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexDump } from '../../../src/answers/ztunnel-waypoint.ts';
import { hexSerial, unavailableReason } from '../../../src/ztunnel/certificate.ts';
import { joinHostPort, splitHostPort } from '../../../src/ztunnel/connection.ts';
import { isZtunnelDump, ztunnelDump } from '../../../src/ztunnel/dump.ts';
import {
  CERTIFICATE_FORM,
  POLICY_FORM,
  SERVICE_FORM,
  STATE_FORM,
  WORKLOAD_FORM,
} from '../../../src/ztunnel/dump-forms.ts';
import { inForm } from '../../../src/ztunnel/reference-form.ts';
import { vipAddress } from '../../../src/ztunnel/service.ts';
import { fixtureJson } from '../../helpers/fixture.ts';

const QVVS4 = 'meshes/ambient/clusters/demo/ztunnel/istio-system/ztunnel-qvvs4/config_dump.json';

describe('a config_dump of ztunnel', () => {
  test('gives its sections as they were recorded', () => {
    const dump = ztunnelDump(fixtureJson(QVVS4));
    const counts = [dump.workloads, dump.services, dump.policies, dump.certificates, dump.served];
    expect(counts.map((list) => list.length)).toEqual([30, 17, 8, 7, 7]);
    expect(dump.served.flatMap(({ outbound }) => outbound)[0]).toEqual({
      source: '10.244.16.11:60882',
      originalDestination: '10.96.1.171:8000',
      actualDestination: '10.244.16.16:15008',
      protocol: 'HBONE',
    });
  });

  test('of an older ztunnel has maps, and spells workloadState in its own way', () => {
    const dump = ztunnelDump({
      workloads: { '/10.0.0.1': { name: 'labs-0', namespace: 'clinic' } },
      WorkloadState: { a: { info: { name: 'labs-0', namespace: 'clinic' } } },
    });
    expect(dump.workloads.map(({ name }) => name)).toEqual(['labs-0']);
    expect(dump.served.map(({ name }) => name)).toEqual(['labs-0']);
  });

  test('is told from an Envoy’s', () => {
    expect(isZtunnelDump(fixtureJson(QVVS4))).toBe(true);
    expect([{ configs: [] }, [], null, 'workloads'].map(isZtunnelDump)).toEqual([false, false, false, false]);
  });

  test('may hold anything anywhere: no view and no form throws', () => {
    const odd = fc.jsonValue();
    const sections = fc.record({
      workloads: odd,
      services: fc.oneof(
        odd,
        fc.array(fc.dictionary(fc.constantFrom('vips', 'endpoints', 'waypoint', 'ports'), odd)),
      ),
      policies: fc.oneof(odd, fc.array(fc.record({ rules: odd }))),
      certificates: fc.oneof(odd, fc.array(fc.record({ state: odd, certChain: odd, rootCerts: odd }))),
      workloadState: fc.dictionary(fc.string(), fc.record({ info: odd, connections: odd })),
    });
    fc.assert(
      fc.property(sections, (value) => {
        const dump = ztunnelDump(value);
        const forms = [
          [dump.workloads, WORKLOAD_FORM],
          [dump.services, SERVICE_FORM],
          [dump.policies, POLICY_FORM],
          [dump.certificates, CERTIFICATE_FORM],
          [dump.served, STATE_FORM],
        ] as const;
        for (const [list, form] of forms)
          for (const { object } of list)
            JSON.stringify([inForm(object, form, 'keep'), inForm(object, form, 'drop')]);
      }),
    );
  });
});

describe("the reference's form", () => {
  test('writes what is absent as empty, in its order, and leaves out what it does not know', () => {
    const object = { namespace: 'clinic', name: 'labs', networkMode: 'Standard', locality: { subzone: '' } };
    const written = inForm(object, WORKLOAD_FORM, 'drop') as Record<string, unknown>;
    expect(Object.keys(written).slice(0, 4)).toEqual(['uid', 'workloadIps', 'protocol', 'name']);
    expect(written).toMatchObject({ workloadIps: null, locality: {}, applicationTunnel: { protocol: '' } });
    expect(written).not.toHaveProperty('networkMode');
    expect(written).not.toHaveProperty('waypoint');
    expect(inForm(object, WORKLOAD_FORM, 'keep')).toMatchObject({ networkMode: 'Standard' });
  });

  test('keeps an empty Presence, which says that any principal matches', () => {
    const rules = [[[{ notPrincipals: [{ Presence: [] }] }]]];
    expect(inForm({ rules }, POLICY_FORM, 'drop')).toMatchObject({ rules });
  });

  test('puts endpoints in the order of their keys', () => {
    const endpoints = { b: { workloadUid: 'b' }, a: { workloadUid: 'a' } };
    const written = inForm({ endpoints }, SERVICE_FORM, 'drop') as { endpoints: object };
    expect(Object.keys(written.endpoints)).toEqual(['a', 'b']);
  });
});

describe('texts of a dump', () => {
  test('serial numbers are hexadecimal without padding; what is no number stays', () => {
    const serial = (serialNumber: string): string =>
      hexSerial({ serialNumber, validFrom: '', expirationTime: '' });
    expect(serial('24267743829893969569247624542687315421')).toBe('1241cc25d85ba6ce78f81270066fc5dd');
    expect(['', 'abc', '9'.repeat(5000)].map(serial)).toEqual(['', 'abc', '9'.repeat(5000)]);
  });

  test('addresses come apart and together again, also those of IPv6', () => {
    expect(splitHostPort('[2001:2::1]:80')).toEqual({ host: '2001:2::1', port: '80' });
    expect(splitHostPort('10.0.0.1:80')).toEqual({ host: '10.0.0.1', port: '80' });
    expect(['', 'labs', '2001:2::1'].map(splitHostPort)).toEqual([undefined, undefined, undefined]);
    expect([joinHostPort('2001:2::1', '80'), joinHostPort('labs', '80')]).toEqual([
      '[2001:2::1]:80',
      'labs:80',
    ]);
    expect([vipAddress('/10.0.0.1'), vipAddress('east/2001:2::1'), vipAddress('10.0.0.1')]).toEqual([
      '10.0.0.1',
      '2001:2::1',
      '',
    ]);
  });

  test('a waypoint is found by its host name and by its address', () => {
    const { services } = indexDump(ztunnelDump(fixtureJson(QVVS4)));
    const byName = services.get('clinic/clinic-waypoint.clinic.svc.cluster.local');
    expect(byName?.name).toBe('clinic-waypoint');
    expect(services.get('/10.96.79.20')).toBe(byName);
    expect(services.get('/10.96.79.21')).toBeUndefined();
  });

  test('an unavailable certificate has a reason; others have none', () => {
    expect(unavailableReason({ state: 'Unavailable: signing gRPC error' })).toBe('signing gRPC error');
    expect(unavailableReason({ state: 'Unavailable' })).toBe('ztunnel gives no reason');
    expect(unavailableReason({ state: 'Available' })).toBeUndefined();
    expect(unavailableReason({ state: 'Initializing' })).toBeUndefined();
  });
});
