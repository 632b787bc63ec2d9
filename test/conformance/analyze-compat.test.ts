import { describe, expect, test } from 'vitest';
import { run } from '../helpers/run.ts';
import { CONFORMANCE, readConformance } from './analysis-runs.ts';

const NOW = new Date('2026-11-23T01:25:00Z');

/** Of the messages that both have, this part must read the same, to the byte. */
const SAME = 0.7;

describe('--compat', () => {
  const data = readConformance();
  if (typeof data === 'string') {
    test.skip(data);
    return;
  }
  test('says of most findings exactly what the reference says', async () => {
    let same = 0;
    const other = new Map<string, number>();
    for (const { args, messages } of data.runs) {
      const words = args.filter((word) => word !== '--use-kube=false');
      const { stdout } = await run([...words, '--compat'], { cwd: CONFORMANCE, now: NOW });
      const ours = new Set(
        (JSON.parse(stdout) as typeof messages).map((one) => `${one.code} ${one.origin} ${one.message}`),
      );
      for (const { code, origin, message } of messages) {
        if (ours.has(`${code} ${origin} ${message}`)) same++;
        else other.set(code, (other.get(code) ?? 0) + 1);
      }
    }
    const total = same + [...other.values()].reduce((sum, count) => sum + count, 0);
    expect(same / total, JSON.stringify([...other])).toBeGreaterThan(SAME);
  });
});
