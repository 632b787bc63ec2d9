import { describe, expect, test } from 'vitest';
import { runTable } from '../../helpers/memory-io.ts';

describe('a command under two words', () => {
  const command = {
    name: 'workload group create',
    description: 'makes one',
    args: [],
    options: {},
    examples: [],
    stability: 'stable' as const,
    needs: [],
    run: async () => 'made',
    reporters: { table: async () => (answer: unknown) => `${answer}\n` },
  };
  const table = {
    parents: [
      { name: 'workload', summary: 'about workloads', group: 'Configuration' as const },
      { name: 'workload group', aliases: ['wg'], summary: 'about groups', group: 'Configuration' as const },
    ],
    commands: [
      {
        name: 'workload group create',
        aliases: ['new'],
        summary: 'makes one',
        group: 'Configuration' as const,
        load: async () => ({ command }),
      },
    ],
  };

  test.each([['workload group create'], ['x workload wg new'], ['workload -n shop group create']])(
    'runs by %s',
    async (line) => {
      expect((await runTable(table, line.split(' '))).stdout).toBe('made\n');
    },
  );

  test('is listed in the help of the word above it, and that word in the one above', async () => {
    expect((await runTable(table, ['workload'])).stdout).toMatch(/group\|wg +about groups/);
    expect((await runTable(table, ['workload', 'group', '--help'])).stdout).toMatch(/create\|new +makes one/);
    expect((await runTable(table, ['--help'])).stdout).not.toContain('workload group');
    const { stderr, exitCode } = await runTable(table, ['workload', 'group', 'crate']);
    expect(stderr).toContain('near  create');
    expect(exitCode).toBe(64);
  });
});
