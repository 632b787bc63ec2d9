import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ENVOY_LEVELS,
  ISTIOD_LEVELS,
  parseLevels,
  ZTUNNEL_LEVELS,
} from '../../../../src/cli/log-levels/level-words.ts';
import { MeshscopeError } from '../../../../src/util/errors.ts';

const envoy = (text: string) => parseLevels(text, '--level', ENVOY_LEVELS);

describe('--level', () => {
  test('takes a bare level for all, and loggers with : or =', () => {
    expect(envoy('info,http:debug,rbac=warn')).toEqual({
      all: 'info',
      loggers: [
        { logger: 'http', level: 'debug' },
        { logger: 'rbac', level: 'warning' },
      ],
    });
  });

  test('means the same in any order; the last of one logger counts', () => {
    expect(envoy('http:debug,info,http:off')).toEqual({
      all: 'info',
      loggers: [{ logger: 'http', level: 'off' }],
    });
  });

  test('of the reference drops what stands before a bare level', () => {
    const asReference = parseLevels('http:debug,info,rbac:off', '--level', ENVOY_LEVELS, {
      lastBareWins: true,
    });
    expect(asReference).toEqual({ all: 'info', loggers: [{ logger: 'rbac', level: 'off' }] });
  });

  test('splits a name with :: at its last colon', () => {
    expect(parseLevels('ztunnel::proxy:debug', '--level', ZTUNNEL_LEVELS).loggers).toEqual([
      { logger: 'ztunnel::proxy', level: 'debug' },
    ]);
  });

  test.each([
    ['none', 'unrecognized logging level: none', 'off'],
    ['http:debgu', 'unrecognized logging level: debgu', 'debug'],
  ])('%s is no level of Envoy, and the nearest is named', (text, message, near) => {
    expect(() => envoy(text)).toThrow(
      expect.objectContaining({ message, lines: [['near', near]], exitCode: 64 }) as Error,
    );
  });

  test.each(['', ',', 'http:', ':debug', 'http:debug,', 'toString', '__proto__'])(
    '"%s" is refused',
    (text) => {
      expect(() => envoy(text)).toThrow(MeshscopeError);
    },
  );

  test('none is a level of istiod, off is not', () => {
    expect(parseLevels('none', '--level', ISTIOD_LEVELS).all).toBe('none');
    expect(() => parseLevels('off', '--level', ISTIOD_LEVELS)).toThrow('unrecognized logging level: off');
  });

  test('never gives a level that the server does not know, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const { all, loggers } = envoy(text);
          for (const level of [all, ...loggers.map((one) => one.level)])
            expect(level === undefined || ENVOY_LEVELS.levels.includes(level)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MeshscopeError);
        }
      }),
    );
  });
});
