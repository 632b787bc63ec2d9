import { describe, expect, it } from 'vitest';
import type { ClientTlsMode } from '../../../src/mesh/destination-rule.ts';
import { mtlsOutcome, type ServerSide } from '../../../src/security/mtls-outcome.ts';

const side = (
  mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE',
  kind: 'sidecar' | 'ztunnel' = 'sidecar',
): ServerSide => ({
  kind,
  mtls: { mode, by: undefined },
});

function outcome(mode: ClientTlsMode | undefined, server: ServerSide, isAutomatic = true): string {
  const client = mode && { mode, by: 'shop/cart', path: 'spec.trafficPolicy.tls' };
  const found = mtlsOutcome(client, server, isAutomatic);
  return found.kind === 'fails' ? found.why : found.kind;
}

describe('what a client gets', () => {
  it.each([
    [undefined, side('STRICT'), 'mTLS'],
    [undefined, side('PERMISSIVE'), 'mTLS'],
    [undefined, side('DISABLE'), 'plain text'],
    [undefined, { kind: 'no-proxy' } as const, 'plain text'],
    ['DISABLE', side('STRICT'), 'plain-to-strict'],
    ['DISABLE', side('PERMISSIVE'), 'plain text'],
    ['DISABLE', { kind: 'no-proxy' } as const, 'plain text'],
    ['ISTIO_MUTUAL', side('STRICT'), 'mTLS'],
    ['ISTIO_MUTUAL', side('DISABLE'), 'mtls-to-plain'],
    ['ISTIO_MUTUAL', { kind: 'no-proxy' } as const, 'mtls-to-plain'],
    ['SIMPLE', side('STRICT'), 'tls-to-strict'],
    ['SIMPLE', side('PERMISSIVE'), 'TLS to the application'],
    ['SIMPLE', { kind: 'no-proxy' } as const, 'TLS to the application'],
    [undefined, side('STRICT', 'ztunnel'), 'mTLS'],
    ['DISABLE', side('STRICT', 'ztunnel'), 'plain-to-strict'],
    [undefined, { kind: 'unknown' } as const, 'unknown'],
  ] as const)('%s to %j: %s', (mode, server, expected) => {
    expect(outcome(mode, server)).toBe(expected);
  });

  it('is plain text where automatic mTLS is off, which a strict server refuses', () => {
    expect(outcome(undefined, side('STRICT'), false)).toBe('plain-to-strict');
    expect(outcome(undefined, side('PERMISSIVE'), false)).toBe('plain text');
    expect(outcome('ISTIO_MUTUAL', side('STRICT'), false)).toBe('mTLS');
  });
});
