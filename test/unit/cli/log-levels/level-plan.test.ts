import { describe, expect, test } from 'vitest';
import {
  envoyLevels,
  istiodLevels,
  istiodReset,
  type LevelIntent,
  ztunnelLevels,
} from '../../../../src/cli/log-levels/level-plan.ts';
import { levelRequest } from '../../../../src/cli/log-levels/level-requests.ts';
import { SERVER_KINDS, type ServerLevels } from '../../../../src/cli/log-levels/server-kind.ts';

const sent = (intent: LevelIntent, now: ServerLevels): string[] =>
  intent(now)
    .writes.map((write) => levelRequest(write, 1))
    .map(({ path, body }) => path + (body ?? ''));

describe('of an Envoy', () => {
  const now = SERVER_KINDS.envoy.parse(
    'active loggers:\n  http: warning\n  http2: warning\n  rbac: info\n',
    'page',
  );

  test('names are whole, and text before the last :: does not count', () => {
    expect(sent(envoyLevels('envoy::http:debug', false), now)).toEqual(['/logging?http=debug']);
    expect(() => envoyLevels('htt:debug', false)(now)).toThrow('unrecognized logger name: htt');
  });

  test('a bare level leaves room for single ones, in any order; in the reference it drops those before it', () => {
    expect(sent(envoyLevels('rbac:trace,debug', false), now)).toEqual([
      '/logging?level=debug',
      '/logging?rbac=trace',
    ]);
    expect(sent(envoyLevels('rbac:trace,debug', true), now)).toEqual(['/logging?level=debug']);
  });

  test('levels that are there already are not sent', () => {
    expect(sent(envoyLevels('rbac:info', false), now)).toEqual([]);
  });
});

describe('of a ztunnel', () => {
  const now = SERVER_KINDS.ztunnel.parse('current log level is a::b=off,info\n', 'page');
  const text = (...args: Parameters<typeof ztunnelLevels>): string[] =>
    sent(ztunnelLevels(...args), now).map(decodeURIComponent);

  test('names are sent in the form that it takes, levels in its words', () => {
    expect(text('access:debug,warning', false, false)).toEqual(['/logging?level=access=debug,warn']);
    expect(text('info', false, false)).toEqual([]);
  });

  test('a reset goes to what it was started with, and may be added to', () => {
    expect(text(undefined, true, false)).toEqual(['/logging?reset']);
    expect(text('a::b=off,info', true, false)).toEqual(['/logging?level=a::b=off,info&reset']);
  });

  test('the reference sends names as they are written', () => {
    expect(text('access:debug,info', false, true)).toEqual(['/logging?level=access:debug,info']);
    expect(text('critical', false, true)).toEqual(['/logging?level=error']);
  });
});

describe('of an istiod', () => {
  const scope = (name: string, level: string) => ({
    name,
    output_level: level,
    stack_trace_level: 'none',
    log_callers: false,
  });
  const now = SERVER_KINDS.istiod.parse(
    JSON.stringify([scope('ads', 'info'), scope('grpc', 'none')]),
    'page',
  );

  test('a bare level is for all scopes, and one request a scope sets both of its levels', () => {
    const requests = sent(istiodLevels('debug', 'ads:error'), now);
    expect(requests.map((one) => one.split('{')[0])).toEqual(['/scopej/ads', '/scopej/grpc']);
    expect(requests[0]).toContain('"output_level":"debug","stack_trace_level":"error"');
    expect(requests[1]).toContain('"output_level":"debug","stack_trace_level":"none"');
  });

  test('a reset is of what it is asked for', () => {
    expect(sent(istiodReset({ levels: true, stackTraces: true }), now).length).toBe(1);
    expect(sent(istiodReset({ levels: false, stackTraces: true }), now)).toEqual([]);
  });

  test('an unknown scope is named with the nearest', () => {
    expect(() => istiodLevels('adz:debug', undefined)(now)).toThrow('unrecognized scope name: adz');
  });
});
