import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessEntry } from '../../../../src/mesh/access-log/entry.ts';
import { parseLog, parseLogLine } from '../../../../src/mesh/access-log/parse.ts';

/** The entry of an access line. */
function entryOf(line: string): AccessEntry {
  const parsed = parseLogLine(line);
  if (parsed.kind !== 'access') throw new Error(`${parsed.kind}: ${line}`);
  return parsed.entry;
}

const REFUSED =
  '[2026-11-23T02:08:37.747Z] "GET /q?s=a HTTP/1.1" 503 URX,UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused" 0 121 13 - "-" "demo-client/1.0 (r028-0)" "bec12621-7c7d-90c5-9f99-69cee36bf4d1" "search" "10.244.16.13:9080" outbound|80||search.shop.svc.cluster.local - 10.96.250.55:80 10.244.16.6:47218 - default';
const TCP_DENIED =
  '[2026-11-23T02:08:37.807Z] "- - -" 0 - - rbac_access_denied_matched_policy[ns[istio-system]-policy[no-admin]-rule[0]] "-" 90 0 1 - "-" "-" "-" "-" "10.244.16.14:9080" inbound|9080|| 127.0.0.6:46840 10.244.16.14:9080 10.244.16.6:53498 outbound_.6379_._.sessions.shop.svc.cluster.local -';

describe('a line of an access log', () => {
  it("in Istio's text format gives all of its fields", () => {
    expect(entryOf(REFUSED)).toMatchObject({
      proxy: 'envoy',
      at: Date.parse('2026-11-23T02:08:37.747Z'),
      method: 'GET',
      path: '/q?s=a',
      code: 503,
      flags: ['URX', 'UF'],
      transportFailure: 'delayed_connect_error:_Connection_refused',
      duration: 13,
      requestId: 'bec12621-7c7d-90c5-9f99-69cee36bf4d1',
      authority: 'search',
      upstreamHost: '10.244.16.13:9080',
      upstreamCluster: 'outbound|80||search.shop.svc.cluster.local',
      upstreamLocal: undefined,
      downstreamRemote: '10.244.16.6:47218',
      serverName: undefined,
      route: 'default',
    });
  });

  it('of a TCP connection has neither method nor ID, and says who ended it', () => {
    const entry = entryOf(TCP_DENIED);
    expect(entry).toMatchObject({ code: 0, flags: [], upstreamCluster: 'inbound|9080||' });
    expect(entry.termination).toBe(
      'rbac_access_denied_matched_policy[ns[istio-system]-policy[no-admin]-rule[0]]',
    );
    expect([entry.method, entry.path, entry.requestId]).toEqual([undefined, undefined, undefined]);
  });

  it('may end a connection with a sentence', () => {
    const line = TCP_DENIED.replace(/rbac_\S+/, 'transport socket timeout was reached');
    expect(entryOf(line).termination).toBe('transport socket timeout was reached');
  });

  it('in JSON gives the same fields, numbers or texts', () => {
    const line = JSON.stringify({
      start_time: '2026-11-23T02:08:37.747Z',
      method: 'GET',
      path: '/q',
      response_code: 503,
      response_flags: 'UH',
      response_code_details: 'no_healthy_upstream',
      duration: '7',
      request_id: 'abc',
      authority: null,
      upstream_host: '-',
    });
    expect(entryOf(line)).toMatchObject({ code: 503, flags: ['UH'], duration: 7, requestId: 'abc' });
    expect(entryOf(line)).toMatchObject({ authority: undefined, upstreamHost: undefined });
  });

  it('of a ztunnel names both workloads, in text and in JSON', () => {
    const text =
      '2026-11-23T02:46:42.011423Z\terror\taccess\tconnection complete\tsrc.addr=10.244.16.20:43784 src.workload="courier" src.namespace="pharmacy" dst.addr=10.244.16.15:15008 dst.hbone_addr=10.244.16.15:9080 dst.workload="billing" dst.namespace="pharmacy" direction="outbound" bytes_sent=0 bytes_recv=0 duration="3ms" error="http status: 401 Unauthorized"';
    const json = JSON.stringify({
      level: 'error',
      time: '2026-11-23T02:46:42.011423Z',
      scope: 'access',
      message: 'connection complete',
      'src.addr': '10.244.16.20:43784',
      'src.workload': 'courier',
      'src.namespace': 'pharmacy',
      'dst.addr': '10.244.16.15:15008',
      'dst.hbone_addr': '10.244.16.15:9080',
      'dst.workload': 'billing',
      'dst.namespace': 'pharmacy',
      direction: 'outbound',
      bytes_sent: 0,
      bytes_recv: 0,
      duration: '3ms',
      error: 'http status: 401 Unauthorized',
    });
    expect(entryOf(text)).toMatchObject({
      proxy: 'ztunnel',
      direction: 'outbound',
      duration: 3,
      error: 'http status: 401 Unauthorized',
      source: { workload: 'courier', namespace: 'pharmacy' },
      destination: { workload: 'billing', address: '10.244.16.15:9080' },
    });
    expect(entryOf(json)).toEqual(entryOf(text));
  });

  it('of the agent, of Envoy itself, and an opened ztunnel connection are no access lines', () => {
    for (const line of [
      '2026-11-23T02:03:03.035667Z\tinfo\tFLAG: --concurrency="0"',
      "2026-11-23T02:44:42.907597Z\twarning\tenvoy upstream lds_api.cc:89\tlds: listener 'a' rejected\tthread=1",
      '2026-11-23T02:46:42.01Z\tdebug\taccess\tconnection opened\tsrc.addr=10.0.0.1:1 dst.addr=10.0.0.2:2',
      'concurrency: 1',
    ])
      expect(parseLogLine(line).kind, line).toBe('own');
  });

  it("in a format of the operator's own is told apart from none", () => {
    for (const line of ['GET "GET /a HTTP/1.1" 200 took 3ms', '{"status":503,"who":"me"}'])
      expect(parseLogLine(line).kind, line).toBe('other-format');
  });

  it('keeps the fields around a user agent that holds quotes', () => {
    const agent = 'evil" "fake-id" "fake" 200 - "x';
    const entry = entryOf(REFUSED.replace('demo-client/1.0 (r028-0)', agent));
    expect(entry.userAgent).toBe(agent);
    expect(entry).toMatchObject({ code: 503, authority: 'search', upstreamHost: '10.244.16.13:9080' });
  });

  it('never fails, whatever it holds', () => {
    const word = fc.constantFrom('[', '] "', '"', ' - ', '503 UH ', '" "', '{', '}', '\t', '\taccess\t', '=');
    const line = fc.array(fc.oneof(word, fc.string({ unit: 'binary' })), { maxLength: 40 });
    fc.assert(
      fc.property(line, (pieces) => {
        for (const text of [pieces.join(''), `[2026-11-23T02:08:37.747Z] "${pieces.join('')}`])
          expect(['access', 'own', 'other-format']).toContain(parseLogLine(text).kind);
      }),
    );
  });

  it('is read back as it was written, whatever a caller put into it', () => {
    const token = fc.stringMatching(/^[!-~]{1,20}$/);
    const agent = fc.stringMatching(/^[ -~]{1,40}$/);
    fc.assert(
      fc.property(token, agent, fc.integer({ min: 100, max: 599 }), (path, userAgent, code) => {
        const line = REFUSED.replace('/q?s=a', () => `/${path}`)
          .replace('demo-client/1.0 (r028-0)', () => userAgent)
          .replace(' 503 ', ` ${code} `);
        const entry = entryOf(line);
        expect(entry).toMatchObject({
          path: `/${path}`,
          code,
          requestId: 'bec12621-7c7d-90c5-9f99-69cee36bf4d1',
        });
        expect(entry.userAgent ?? '-').toBe(userAgent);
      }),
    );
  });

  it('of a million characters takes no longer than its length', () => {
    const start = performance.now();
    for (const text of ['[2026-11-23T02:08:37.747Z] "'.padEnd(1_000_000, '" '), '"'.repeat(1_000_000)])
      parseLog(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
