import { describe, expect, it } from 'vitest';
import { callOf } from '../../../../src/answers/access-logs/call.ts';
import { causesOf } from '../../../../src/answers/access-logs/causes.ts';
import { joinCalls } from '../../../../src/answers/access-logs/join.ts';
import { type AccessLine, accessLine } from '../../../../src/answers/access-logs/line.ts';
import { MeshNames } from '../../../../src/answers/access-logs/names.ts';
import type { AccessEntry } from '../../../../src/mesh/access-log/entry.ts';

const START = Date.parse('2026-11-23T02:00:00Z');
const NAMES = new MeshNames([], []);

function line(pod: string, offset: number, fields: Partial<AccessEntry>): AccessLine {
  const at = START + offset;
  const entry = {
    proxy: 'envoy',
    time: new Date(at).toISOString(),
    at,
    code: 200,
    flags: [],
    ...fields,
  } as const;
  return accessLine({ pod: { name: pod, namespace: 'shop' }, addresses: new Set(), isGateway: false }, entry);
}

const client = (offset: number, fields: Partial<AccessEntry> = {}): AccessLine =>
  line('caller', offset, {
    method: 'GET',
    path: '/',
    upstreamCluster: 'outbound|80||b.shop.svc.cluster.local',
    ...fields,
  });
const server = (offset: number, fields: Partial<AccessEntry> = {}): AccessLine =>
  line('called', offset, { method: 'GET', path: '/', upstreamCluster: 'inbound|80||', ...fields });

describe('lines of both ends', () => {
  it('are joined by request ID, with all tries of a retried request', () => {
    const calls = joinCalls(
      [client(0, { requestId: 'a', duration: 1500 }), client(10, { requestId: 'b' })],
      [server(1, { requestId: 'a' }), server(500, { requestId: 'a' }), server(11, { requestId: 'b' })],
    );
    expect(calls.map(({ servers, joinedBy }) => [servers.length, joinedBy])).toEqual([
      [2, 'request-id'],
      [1, 'request-id'],
    ]);
  });

  it('of two calls with one ID are told apart by time and connection', () => {
    const first = client(0, { requestId: 'a', duration: 5, upstreamLocal: '10.0.0.1:1' });
    const second = client(100, { requestId: 'a', duration: 5, upstreamLocal: '10.0.0.1:2' });
    const calls = joinCalls(
      [first, second],
      [
        server(101, { requestId: 'a', downstreamRemote: '10.0.0.1:2' }),
        server(1, { requestId: 'a', downstreamRemote: '10.0.0.1:1' }),
      ],
    );
    expect(calls.map(({ servers }) => servers[0]?.entry.at)).toEqual([START + 1, START + 101]);
  });

  it('without an ID are joined by the addresses of their connection', () => {
    const [call] = joinCalls(
      [client(0, { requestId: 'a', upstreamLocal: '10.0.0.1:50000', duration: 1 })],
      [
        line('called', 1, {
          code: 0,
          flags: ['NR'],
          details: 'filter_chain_not_found',
          downstreamRemote: '10.0.0.1:50000',
        }),
      ],
    );
    expect(call?.joinedBy).toBe('connection');
  });

  it('without either are joined by time, path and authority, and not beyond the time', () => {
    const fields = { authority: 'b', upstreamHost: '10.0.0.2:80' };
    expect(joinCalls([client(0, fields)], [server(200, fields)])[0]?.joinedBy).toBe('time');
    expect(joinCalls([client(0, fields)], [server(60_000, fields)]).map(({ joinedBy }) => joinedBy)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('of a connection that was used again later are not mixed up', () => {
    const calls = joinCalls(
      [client(0, { upstreamLocal: '10.0.0.1:5', duration: 1, authority: 'x' })],
      [server(100_000, { downstreamRemote: '10.0.0.1:5', authority: 'y' })],
    );
    expect(calls).toHaveLength(2);
  });
});

describe('the cause of a joined call', () => {
  const causeOf = (clients: AccessLine[], servers: AccessLine[]) =>
    causesOf(
      joinCalls(clients, servers).map((call) => callOf(call, NAMES)),
      ' --from demo',
    );

  it('is that of the called end where the caller only saw that it refused', () => {
    const [cause] = causeOf(
      [client(0, { requestId: 'a', code: 403, details: 'via_upstream' })],
      [
        server(1, {
          requestId: 'a',
          code: 403,
          details: 'rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[2]]',
        }),
      ],
    );
    expect(cause).toMatchObject({ object: 'AuthorizationPolicy shop/deny, rule 2', toldBy: ['called.shop'] });
    expect(cause?.next).toContain('meshscope authz check called.shop --rules --from demo');
  });

  it('is that of the caller where its own timeout ended the call', () => {
    const [cause] = causeOf(
      [client(0, { requestId: 'a', code: 504, flags: ['UT'], details: 'response_timeout', duration: 300 })],
      [server(1, { requestId: 'a', code: 0, flags: ['DC'], details: 'downstream_remote_disconnect' })],
    );
    expect(cause).toMatchObject({ code: 504, toldBy: ['caller.shop'] });
  });

  it('of a TCP connection that looked fine to the caller is the refusal of the called end', () => {
    const tcp = { method: undefined, path: undefined, code: 0 };
    const [cause] = causeOf(
      [client(0, { ...tcp, upstreamLocal: '10.0.0.1:5', duration: 2 })],
      [
        server(0, {
          ...tcp,
          downstreamRemote: '10.0.0.1:5',
          termination: 'rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]',
        }),
      ],
    );
    expect(cause).toMatchObject({ severity: 'warn', object: 'AuthorizationPolicy a/b, rule 0' });
  });

  it('stands first where it is worst, then where it is most frequent', () => {
    const causes = causeOf(
      [
        client(0, { code: 404, details: 'via_upstream' }),
        client(1, { code: 404, details: 'via_upstream' }),
        client(2, { code: 503, flags: ['UH'] }),
        client(3, { code: 503, flags: ['NC'] }),
        client(4, { code: 503, flags: ['NC'] }),
      ],
      [],
    );
    expect(causes.map(({ flags, count }) => `${flags.join()} ${count}`)).toEqual(['NC 2', 'UH 1', ' 2']);
  });
});
