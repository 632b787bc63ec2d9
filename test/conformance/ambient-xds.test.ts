import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import { openConfigDump } from '../../src/envoy/dump.ts';
import { parseXdsSyncz } from '../../src/istiod/syncz.ts';
import { decodeResponse, encodeRequest } from '../../src/sources/cluster/xds/discovery.ts';
import { xdsQuestion } from '../../src/sources/cluster/xds/xds-request.ts';
import type { IstiodRequest } from '../../src/sources/source.ts';
import { asArray, asObjects, asString, field } from '../../src/util/json.ts';
import { readRequest } from '../e2e/servers/mesh/ads-messages.ts';
import { CAPTURES } from './recording.ts';

const RAW = join(CAPTURES, 'bookinfo', 'xds-raw');
const read = (name: string): Buffer => readFileSync(join(RAW, `${name}.bin`));

describe.skipIf(!existsSync(RAW))(`raw exchanges with a real istiod (${RAW})`, () => {
  test('the state of the proxies is decoded, rejections with their words', () => {
    const sync = parseXdsSyncz(decodeResponse(read('syncz.response')));
    expect(sync?.istiod).toMatch(/^istiod-/);
    expect(sync?.istiodVersion).toBe('1.32-alpha.86c9f01fd735');
    expect(sync?.proxies.length).toBeGreaterThan(5);
    for (const proxy of sync?.proxies ?? []) {
      expect(proxy.proxyId).toMatch(/^[\w-]+\.[\w-]+$/);
      expect(proxy.cluster).toBe('Kubernetes');
      expect(proxy.types.length).toBeGreaterThan(1);
      for (const type of proxy.types) {
        expect(type.typeUrl).toMatch(/^type\.googleapis\.com\//);
        if (type.status !== 'NOT SENT') expect(type.lastSent).toMatch(/^2026-11-23T02:\d\d:\d\d\.\d{9}Z$/);
      }
    }
    const rejected = sync?.proxies.flatMap(({ types }) => types).filter(({ status }) => status === 'ERROR');
    expect(rejected?.map(({ error }) => error ?? '').join()).toContain(
      'LocalRateLimitValidationError.StatPrefix',
    );
  });

  test('the intended configuration is decoded to the last message, as a dump of Envoy', async () => {
    const response = decodeResponse(read('config_dump.response'));
    const dump = await openConfigDump({ configs: asArray(field(response, 'resources')) }, 'xds');
    const sizes = ['Clusters', 'Listeners', 'Routes'].map((kind) => [kind, dump.has(kind as 'Clusters')]);
    expect(sizes).toEqual([
      ['Clusters', true],
      ['Listeners', true],
      ['Routes', true],
    ]);
    const types = new Set<string>();
    const undecoded: string[] = [];
    visit(response, (object) => {
      const url = asString(object['@type']);
      if (url === undefined) return;
      types.add(url);
      // What the schema lacks keeps its bytes under `value`.
      if (typeof object['value'] === 'string' && !url.includes('google.protobuf')) undecoded.push(url);
    });
    expect(undecoded).toEqual([]);
    expect([...types].filter((url) => url.includes('HttpConnectionManager'))).not.toEqual([]);
    const clusters = asObjects(field(asArray(field(response, 'resources'))[1], 'dynamicActiveClusters'));
    expect(clusters.map((entry) => asString(field(entry, 'cluster', 'name')))).toContain(
      'outbound|9080||reviews.default.svc.cluster.local',
    );
    expect(
      clusters.every(
        (entry) =>
          field(entry, 'cluster', 'connectTimeout') !== undefined ||
          field(entry, 'cluster', 'type') === 'ORIGINAL_DST',
      ),
    ).toBe(true);
  });

  test.each([
    'clusterz',
    'configz',
    'connections',
    'endpointShardz',
    'list',
    'mesh',
    'push_status',
    'registryz',
  ])('the page %s is replayed', (name) => {
    const question = questionOf({ channel: 'debug', name });
    const page = JSON.parse(question.bytes(decodeResponse(read(`debug-${name}.response`))).toString('utf8'));
    expect(typeof page).toBe('object');
    if (name === 'clusterz')
      expect(page).toEqual([{ id: 'Kubernetes', secretName: '', syncStatus: 'synced' }]);
    if (name === 'list') expect(page).toContain('syncz');
    expect(JSON.stringify(page).length).toBeGreaterThan(20);
  });

  test('the requests are those that were sent: same type, resource and identity', () => {
    for (const [file, request] of [
      ['syncz', { channel: 'xds', name: 'syncz' }],
      ['debug-clusterz', { channel: 'debug', name: 'clusterz' }],
      ['debug-registryz', { channel: 'debug', name: 'registryz' }],
    ] as const) {
      const sent = readRequest(read(`${file}.request`));
      const { type, resource } = questionOf(request);
      const ours = readRequest(
        Buffer.from(encodeRequest(type, resource, { namespace: 'istio-system', serviceAccount: 'default' })),
      );
      expect([ours.type, ours.resource ?? '']).toEqual([sent.type, sent.resource ?? '']);
      for (const name of ['GENERATOR', 'NAMESPACE', 'SERVICE_ACCOUNT'])
        expect(ours.metadata[name]).toBe(sent.metadata[name]);
    }
  });

  test('a response that was cut off anywhere is corrupt, or shorter; it never hangs', () => {
    const whole = read('syncz.response');
    for (let length = 0; length < whole.length; length += 7) {
      const cut = whole.subarray(0, length);
      try {
        decodeResponse(cut);
      } catch (error) {
        expect(error).toMatchObject({ code: 'Corrupt' });
      }
    }
    expect(protobuf.Reader.create(whole).len).toBe(whole.length);
  });
});

function questionOf(request: IstiodRequest): Exclude<ReturnType<typeof xdsQuestion>, string> {
  const question = xdsQuestion(request);
  if (typeof question === 'string') throw new Error(question);
  return question;
}

function visit(value: unknown, on: (object: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, on);
  else if (typeof value === 'object' && value !== null) {
    on(value as Readonly<Record<string, unknown>>);
    for (const member of Object.values(value)) visit(member, on);
  }
}
