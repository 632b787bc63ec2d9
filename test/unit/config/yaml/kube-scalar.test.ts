import { describe, expect, it } from 'vitest';
import { kubeScalar } from '../../../../src/config/yaml/kube-scalar.ts';

describe('an unquoted scalar, as Kubernetes reads it,', () => {
  it.each([
    ['yes', true],
    ['On', true],
    ['n', false],
    ['OFF', false],
    ['true', true],
    ['tRUE', 'tRUE'],
    ['~', null],
    ['', null],
    ['Null', null],
    ['0', 0],
    ['-0', 0],
    ['8080', 8080],
    ['+1', 1],
    ['0644', 420],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0b101', -5],
    ['1_000', 1000],
    ['08', 8],
    ['1.10', 1.1],
    ['1e3', 1000],
    ['.5', 0.5],
    ['.5_0', '.5_0'],
    ['-.5', -0.5],
    ['1.', 1],
    ['.inf', Number.POSITIVE_INFINITY],
    ['0x', '0x'],
    ['1:30', '1:30'],
    ['2026-11-23', '2026-11-23'],
    ['10.0.0.1', '10.0.0.1'],
    ['1.2.3', '1.2.3'],
    ['v1', 'v1'],
    ['-', '-'],
    ['+', '+'],
    ['.', '.'],
    ['1e', '1e'],
    ['100m', '100m'],
    ['yes please', 'yes please'],
  ])('%s is %j', (text, value) => {
    expect(kubeScalar(text)).toBe(value);
  });
});
