import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeLive } from '../bench.ts';

describeLive('the test bench', (bench) => {
  it('runs', () => {
    expect(JSON.parse(readFileSync(bench.kubeconfig, 'utf8')).contexts.length).toBe(6);
    expect(bench.proxies.length).toBe(12);
  });
});
