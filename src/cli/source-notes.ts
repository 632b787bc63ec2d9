import type { MeshSource } from '../sources/source.ts';
import type { GlobalValues } from './global-options.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints on stderr what sources say of themselves, each sentence once. Some are known only after the source was asked
 * something, so this is called again at the end. Nothing under `--compat`.
 */
export class SourceNotes {
  private readonly printed = new Set<string>();

  constructor(
    private readonly terminal: Pick<Terminal, 'note'>,
    private readonly globals: Pick<GlobalValues, 'compat'>,
  ) {}

  async print(source: Pick<MeshSource, 'notes'>): Promise<void> {
    if (this.globals.compat) return;
    for (const note of source.notes ?? []) {
      if (this.printed.has(note)) continue;
      this.printed.add(note);
      await this.terminal.note(note);
    }
  }
}
