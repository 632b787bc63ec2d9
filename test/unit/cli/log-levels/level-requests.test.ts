import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acceptedStatus,
  type LevelWrite,
  levelRequest,
} from '../../../../src/cli/log-levels/level-requests.ts';

describe('a request that changes log levels', () => {
  test.each<[LevelWrite, string]>([
    [{ to: 'envoy', all: 'debug' }, 'POST /logging?level=debug'],
    [{ to: 'envoy', loggers: [{ logger: 'http', level: 'off' }] }, 'POST /logging?http=off'],
    [
      {
        to: 'envoy',
        loggers: [
          { logger: 'http', level: 'off' },
          { logger: 'rbac', level: 'trace' },
        ],
      },
      'POST /logging?paths=http:off,rbac:trace',
    ],
    // A logger of that name must not be taken for the parameter.
    [{ to: 'envoy', loggers: [{ logger: 'level', level: 'off' }] }, 'POST /logging?paths=level:off'],
    [
      { to: 'ztunnel', levels: 'a::b=debug,info', reset: false },
      'POST /logging?level=a%3A%3Ab%3Ddebug%2Cinfo',
    ],
    [{ to: 'ztunnel', levels: 'info', reset: true }, 'POST /logging?level=info&reset'],
    [{ to: 'ztunnel', levels: '', reset: true }, 'POST /logging?reset'],
  ])('%j is %s', (write, text) => {
    const { method, path, port } = levelRequest(write, 15000);
    expect([`${method} ${path}`, port, acceptedStatus(write)]).toEqual([text, 15000, 200]);
  });

  test('of a scope carries everything that ControlZ keeps, and is accepted with 202', () => {
    const values = { outputLevel: 'debug', stackTraceLevel: 'none', logCallers: true };
    const write: LevelWrite = { to: 'istiod', scope: 'ip autoallocate', values };
    expect(acceptedStatus(write)).toBe(202);
    const { body, ...rest } = levelRequest(write, 9876);
    expect(rest).toEqual({
      port: 9876,
      method: 'PUT',
      path: '/scopej/ip%20autoallocate',
      contentType: 'application/json',
    });
    expect(JSON.parse(body ?? '')).toEqual({
      name: 'ip autoallocate',
      output_level: 'debug',
      stack_trace_level: 'none',
      log_callers: true,
    });
  });

  test('is never another one: names and levels that could mean more are refused', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (logger, level) => {
        for (const write of [
          { to: 'envoy', all: level },
          { to: 'envoy', loggers: [{ logger, level: 'info' }] },
          { to: 'ztunnel', levels: logger, reset: false },
          {
            to: 'istiod',
            scope: logger,
            values: { outputLevel: 'info', stackTraceLevel: 'none', logCallers: false },
          },
        ] as const) {
          let path: string;
          try {
            ({ path } = levelRequest(write, 15000));
          } catch {
            continue;
          }
          expect(path).toMatch(
            /^\/(?:logging\?(?:[\w./-]+=\w+|paths=[\w./-]+:\w+|level=[\w.%-]*)?|scopej\/[\w.%-]+)$/,
          );
          expect(new URL(path, 'http://localhost').pathname).toBe(path.split('?')[0]);
        }
      }),
    );
  });

  test.each(['..', '../quitquitquit', 'a/../../quitquitquit', '.'])('of a scope "%s" is refused', (scope) => {
    const values = { outputLevel: 'info', stackTraceLevel: 'none', logCallers: false };
    expect(() => levelRequest({ to: 'istiod', scope, values }, 1)).toThrow('may not stand in a request');
  });
});
