import { describe, expect, test } from 'vitest';
import { humanDuration, parseDuration } from '../../../src/util/duration.ts';

describe('parseDuration', () => {
  test.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['2d', 172_800_000],
    ['0', 0],
    [' 10s ', 10_000],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', '10', 's', '10 s', '-5s', '10x', '1h30', 'Infinity'])('%s is no duration', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('humanDuration writes ages as kubectl does', () => {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const day = 24 * hour;
  test.each([
    [-5 * second, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [59 * second, '59s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [8 * minute + 3 * second, '8m3s'],
    [10 * minute + 30 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [5 * hour + 12 * minute, '5h12m'],
    [8 * hour + 12 * minute, '8h'],
    [47 * hour, '47h'],
    [3 * day + 4 * hour, '3d4h'],
    [8 * day + 4 * hour, '8d'],
    [770 * day, '2y40d'],
    [10 * 365 * day, '10y'],
  ])('%d ms is %s', (ms, text) => expect(humanDuration(ms)).toBe(text));
});
