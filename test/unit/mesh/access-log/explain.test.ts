import { describe, expect, it } from 'vitest';
import type { AccessEntry } from '../../../../src/mesh/access-log/entry.ts';
import { explainEntry } from '../../../../src/mesh/access-log/explain.ts';
import { decisiveFlag, FLAGS } from '../../../../src/mesh/access-log/flags.ts';
import type { Side } from '../../../../src/mesh/access-log/side.ts';

function entry(fields: Partial<AccessEntry>): AccessEntry {
  return { proxy: 'envoy', time: '', at: 0, code: 200, flags: [], method: 'GET', ...fields };
}

/** code, flags, details, side, severity, part of what is said. All of them were seen in recorded meshes. */
const SEEN: readonly [number, string, string, Side, string, RegExp][] = [
  [200, '', 'via_upstream', 'client', 'good', /answered/],
  [301, '', 'direct_response', 'gateway', 'good', /answered/],
  [503, 'UH', 'no_healthy_upstream', 'client', 'bad', /no healthy endpoint/],
  [503, 'NC', 'cluster_not_found', 'client', 'bad', /cluster that this proxy does not have/],
  [404, 'NR', 'route_not_found', 'gateway', 'bad', /no route matches/],
  [0, 'NR', 'filter_chain_not_found', 'server', 'bad', /no filter chain matches/],
  [0, 'NR', 'filter_chain_not_found', 'gateway', 'bad', /no filter chain of the listener/],
  [504, 'URX,UT', 'upstream_per_try_timeout', 'client', 'bad', /perTryTimeout/],
  [504, 'UT', 'response_timeout', 'client', 'bad', /did not answer within the timeout/],
  [0, 'DC', 'downstream_remote_disconnect', 'server', 'warn', /caller went away/],
  [
    503,
    'UC',
    'upstream_reset_before_response_started{connection_termination}',
    'client',
    'bad',
    /closed the connection/,
  ],
  [
    503,
    'UF',
    'upstream_reset_before_response_started{connection_timeout}',
    'client',
    'bad',
    /within the connect timeout/,
  ],
  [
    503,
    'URX,UF',
    'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
    'client',
    'bad',
    /refused the connection/,
  ],
  [
    503,
    'URX,UF',
    'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_No_route_to_host}',
    'client',
    'bad',
    /no route to/,
  ],
  [
    503,
    'URX,UF',
    'upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end}',
    'client',
    'bad',
    /does not speak TLS/,
  ],
  [403, '', 'rbac_access_denied_matched_policy[none]', 'server', 'warn', /none of its rules matches/],
  [
    403,
    '',
    'rbac_access_denied_matched_policy[ns[istio-system]-policy[no-admin]-rule[0]]',
    'server',
    'warn',
    /AuthorizationPolicy istio-system\/no-admin, rule 0/,
  ],
  [
    401,
    '',
    'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
    'server',
    'warn',
    /Jwt issuer is not configured/,
  ],
  [403, '', 'via_upstream', 'client', 'warn', /came from the other side/],
  [500, '', 'via_upstream', 'server', 'bad', /the application answered 500/],
];

describe('the cause of an outcome', () => {
  it.each(SEEN)('%i %s %s at the %s', (code, flags, details, side, severity, what) => {
    const explained = explainEntry(
      entry({ code, flags: flags === '' ? [] : flags.split(','), details }),
      side,
    );
    expect(explained.severity).toBe(severity);
    expect(explained.what).toMatch(what);
  });

  it('of a TCP connection that was denied is in the words with which it was ended', () => {
    const termination = 'rbac_access_denied_matched_policy[ns[shop]-policy[deny]-rule[1]]';
    const explained = explainEntry(entry({ code: 0, method: undefined, termination }), 'server');
    expect(explained).toMatchObject({ severity: 'warn', object: 'AuthorizationPolicy shop/deny, rule 1' });
  });

  it('of a TCP connection that took seconds to fail is a timeout', () => {
    const fields = { code: 0, method: undefined, flags: ['UF', 'URX'] };
    expect(explainEntry(entry({ ...fields, duration: 9_997 }), 'client').what).toMatch(/connect timeout/);
    expect(explainEntry(entry({ ...fields, duration: 3 }), 'client').what).toMatch(/no connection/);
  });

  it('of a flag that is not known is told in the words of the proxy', () => {
    expect(explainEntry(entry({ code: 503, flags: ['ZZ'] }), 'client').what).toBe('ended with ZZ');
    expect(explainEntry(entry({ code: 502, flags: [], details: 'odd_thing' }), 'client').what).toBe(
      'ended with odd_thing',
    );
  });

  it('is explained for every flag: what, usual cause, next step', () => {
    for (const [flag, { meaning, cause, next }] of Object.entries(FLAGS)) {
      expect(
        [meaning, cause, next].every((text) => text.length > 10),
        flag,
      ).toBe(true);
      expect(explainEntry(entry({ code: 503, flags: [flag] }), 'client').what, flag).toBe(meaning);
    }
  });

  it('is the flag that says what failed, not the one that goes with it', () => {
    expect(decisiveFlag(['URX', 'UF'])).toBe('UF');
    expect(decisiveFlag(['URX'])).toBe('URX');
  });
});

describe('the error of a ztunnel', () => {
  const SAID: readonly [string, string, RegExp][] = [
    [
      'connection closed due to policy rejection: allow policies exist, but none allowed',
      'warn',
      /none of its rules/,
    ],
    [
      'connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict',
      'warn',
      /plain text was refused/,
    ],
    [
      'connection closed due to policy rejection: explicitly denied by: pharmacy/converted_peer_authentication_billing-ports',
      'warn',
      /PeerAuthentication pharmacy\/billing-ports/,
    ],
    [
      'connection closed due to policy rejection: explicitly denied by: clinic/labs-no-delete',
      'warn',
      /AuthorizationPolicy clinic\/labs-no-delete/,
    ],
    [
      'connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed',
      'bad',
      /15008 within 10 s/,
    ],
    ['http status: 401 Unauthorized', 'warn', /refused the connection by policy/],
    ['io error: Connection refused (os error 111)', 'bad', /refused the connection on port 15008/],
    ['io error: Connection reset by peer (os error 104)', 'bad', /reset the connection/],
    ['io error: No route to host (os error 113)', 'bad', /no route/],
    ['io error: deadline has elapsed', 'bad', /in time/],
    ['no healthy upstream: 10.96.75.19:8001', 'bad', /no endpoint/],
    [
      'no ip addresses were resolved for workload: demo/networking.istio.io/ServiceEntry/pharmacy/insurer/api.insurer.example.com',
      'bad',
      /api\.insurer\.example\.com/,
    ],
    [
      'failed to fetch information about local workload: pager-retired.clinic (pager)',
      'bad',
      /pager-retired/,
    ],
    ['signing error: workload is unknown: pager-retired.clinic (pager)', 'bad', /does not know the workload/],
    ['something new', 'bad', /^something new$/],
  ];

  it.each(SAID)('%s', (error, severity, what) => {
    const explained = explainEntry(
      entry({ proxy: 'ztunnel', code: 0, error, upstreamHost: '10.0.0.1:15008' }),
      'client',
    );
    expect(explained.severity).toBe(severity);
    expect(explained.what).toMatch(what);
  });
});
