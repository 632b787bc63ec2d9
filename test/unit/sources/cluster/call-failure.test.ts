import { describe, expect, it } from 'vitest';
import {
  failedAnswer,
  failureOfStatus,
  parseRetryAfter,
  toCallFailure,
} from '../../../../src/sources/cluster/call-failure.ts';

describe('the failure that an HTTP status means', () => {
  it('carries the message of the Status object', () => {
    const failure = failureOfStatus(403, '{"kind": "Status", "message": "pods is forbidden"}');
    expect([failure.code, failure.message]).toEqual(['Forbidden', 'pods is forbidden']);
  });

  it('carries the first line of a plain text, and no web page', () => {
    expect(failureOfStatus(500, 'no such node\nmore\n').message).toBe('no such node');
    expect(failureOfStatus(502, '<html><body>login</body></html>').message).toBe(
      'the API server answered 502',
    );
  });

  it('tells a refused login from a missing right', () => {
    expect(failureOfStatus(401, '').next).toContain('log in again');
    expect(failureOfStatus(403, '').next).toBe(undefined);
  });

  it('shows control characters of the server as text', () => {
    expect(failureOfStatus(500, '{"message": "a\\u001b[31mred"}').message).toBe('a\\x1b[31mred');
  });

  it('says when it is the node that can not be reached', () => {
    const failure = failureOfStatus(500, 'error dialing backend: dial tcp 10.0.0.1:10250: i/o timeout');
    expect(failure.message).toMatch(/^the API server can't reach the pod's node \(error dialing/);
    expect(failure.passing).toBe(true);
  });

  it.each(['', 'null', '[]', '{"message": 5}', '{"message": {}}'])('has a reason for the body %j', (body) => {
    expect(failureOfStatus(500, body).message).not.toBe('');
  });
});

describe('what was thrown', () => {
  it.each([
    ['ECONNREFUSED', 'Unreachable', false],
    ['ECONNRESET', 'Unreachable', true],
    ['ETIMEDOUT', 'Timeout', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Unreachable', false],
  ])('%s becomes %s', (code, expected, passing) => {
    const failure = toCallFailure(Object.assign(new Error('raw'), { code }));
    expect([failure.code, failure.passing]).toEqual([expected, passing]);
    expect(failure.message).not.toBe('raw');
  });

  it('that is no error at all still has a reason', () => {
    expect(failedAnswer('nothing', 'pods', 'lab').error).toMatchObject({
      asked: 'pods',
      of: 'lab',
      reason: 'nothing',
    });
  });
});

it.each([
  ['2', 2000],
  ['0', 0],
  ['', undefined],
  ['-1', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(parseRetryAfter(header)).toBe(expected);
});
