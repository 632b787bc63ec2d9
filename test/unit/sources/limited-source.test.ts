import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LimitedSource } from '../../../src/sources/limited-source.ts';
import type { MeshSource } from '../../../src/sources/source.ts';

const LIMITS = { objects: 60_000, istiod: 60_000, page: 60_000, log: 60_000, lastLines: 10 };

/** A mesh that never answers. */
const silent = { label: 'silent', envoy: () => new Promise(() => {}) } as unknown as MeshSource;

it('has many questions under way without a warning of the runtime, and ends all of them at once', async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error): void => {
    warnings.push(message);
  };
  process.on('warning', onWarning);
  const limited = new LimitedSource(silent, LIMITS);
  const asked = Array.from({ length: 40 }, (_, index) =>
    limited.envoy({ namespace: 'shop', name: `cart-${index}` }, 'config_dump'),
  );
  await turn();
  limited.end('it was interrupted');
  for (const answer of await Promise.all(asked))
    expect(answer).toMatchObject({ ok: false, error: { code: 'Timeout' } });
  await turn();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
