import { describe, expect, test } from 'vitest';
import { type LevelChangeAnswer, levelExitCode } from '../../../../src/answers/level-change.ts';
import {
  levelChangeJson,
  levelChangeReport,
  levelChangeYaml,
} from '../../../../src/report/log-levels/level-change.ts';

const OPTIONS = { color: false, width: 80, now: new Date(0) };
const pod = (name: string) => ({ name, namespace: 'shop' });

const SET: LevelChangeAnswer = {
  phase: 'set',
  pods: [
    {
      pod: pod('storefront-a'),
      kind: 'envoy',
      state: 'changed',
      changes: [
        { logger: 'http', from: 'warning', to: 'debug' },
        { logger: 'rbac', from: 'warning', to: 'debug' },
        { logger: 'misc', from: 'error', to: 'debug' },
      ],
      undo: 'meshscope proxy-config log storefront-a.shop --level http:warning,rbac:warning,misc:error',
    },
    { pod: pod('storefront-b'), kind: 'envoy', state: 'unchanged', changes: [] },
    {
      pod: pod('storefront-c'),
      kind: 'envoy',
      state: 'failed',
      changes: [],
      why: 'connection refused \u001b[31m',
      next: 'look at the pod',
      code: 69,
    },
  ],
  reverts: {
    at: '2026-11-23T02:21:39Z',
    after: '10m',
    byHand: 'meshscope proxy-config log --revert-pending',
  },
};

describe('a change of log levels', () => {
  test('is told with what failed first, the way back, and what to do after a kill', () => {
    expect(
      levelChangeReport(SET, OPTIONS),
    ).toBe(`✖ storefront-c.shop  levels not set: connection refused \\x1b[31m
  next  look at the pod
✔ storefront-a.shop  http, rbac: warning → debug; misc: error → debug
  undo  meshscope proxy-config log storefront-a.shop --level http:warning,rbac:warning,misc:error
· storefront-b.shop  has these levels already

The old levels come back in 10m (2026-11-23T02:21:39Z), or on Ctrl-C.
If this run is killed: meshscope proxy-config log --revert-pending
`);
  });

  test('of many loggers counts them; scopes of istiod by that name', () => {
    const changes = ['a', 'b', 'c', 'd', 'e'].map((logger) => ({ logger, from: 'info', to: 'off' }));
    const one = { pod: pod('x'), state: 'changed', kind: 'envoy' } as const;
    expect(levelChangeReport({ phase: 'revert', pods: [{ ...one, changes }] }, OPTIONS)).toBe(
      '✔ x.shop  5 loggers: info → off\n',
    );
    expect(
      levelChangeReport({ phase: 'revert', pods: [{ ...one, kind: 'istiod', changes }] }, OPTIONS),
    ).toContain('5 scopes: info → off');
    const other = [
      { logger: '*', from: 'info', to: 'debug' },
      { logger: 'access', from: undefined, to: 'debug' },
    ];
    expect(levelChangeReport({ phase: 'revert', pods: [{ ...one, changes: other }] }, OPTIONS)).toBe(
      '✔ x.shop  all other modules: info → debug; access: not set → debug\n',
    );
  });

  test('is data with what was, what is and the command back', () => {
    const data = JSON.parse(String(levelChangeJson(SET, OPTIONS)));
    expect(data).toMatchObject({
      apiVersion: 'meshscope.io/v1',
      kind: 'LogLevelChange',
      phase: 'set',
      revertsAt: '2026-11-23T02:21:39Z',
    });
    expect(data.pods[0].changes[2]).toEqual({ logger: 'misc', of: 'output', from: 'error', to: 'debug' });
    expect(data.pods[2]).toMatchObject({ state: 'failed', why: 'connection refused \u001b[31m' });
    expect(String(levelChangeYaml({ phase: 'revert', pods: [], failedBefore: 0 }, OPTIONS))).toMatch(
      /^---\napiVersion/,
    );
  });
});

describe('the exit code', () => {
  const failed = (code: 1 | 69 | 77) =>
    ({ pod: pod('x'), kind: 'envoy', state: 'failed', changes: [], code }) as const;
  const fine = { pod: pod('y'), kind: 'envoy', state: 'changed', changes: [] } as const;
  test.each([
    [[fine], 0],
    [[fine, failed(69)], 1],
    [[failed(69), failed(69)], 69],
    [[failed(77)], 77],
    [[failed(69), failed(77)], 69],
    [[failed(1)], 1],
    [[], 0],
  ])('of %j is %d', (pods, code) => {
    expect(levelExitCode({ phase: 'set', pods })).toBe(code);
  });

  test('after the levels are back still tells of pods that had not been changed', () => {
    expect(levelExitCode({ phase: 'revert', pods: [fine], failedBefore: 1 })).toBe(1);
  });
});
