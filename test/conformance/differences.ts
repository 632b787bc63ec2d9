import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/run.ts';

/** A class of differences from the reference that we want, and the recorded runs that it explains. */
export interface Difference {
  readonly id: string;
  readonly reason: string;
  /** Ids of recordings; `*` stands for any text. */
  readonly cases: readonly string[];
  /** What may differ: our exit code must be this one, or stdout may say something else. */
  readonly accepts: { readonly exitCode?: number; readonly stdout?: boolean };
}

/** Accepted differences, and which of their globs explained something. */
export class Differences {
  readonly classes: readonly Difference[];
  private readonly used = new Set<string>();

  constructor(file: string) {
    this.classes = JSON.parse(readFileSync(join(ROOT, 'test/conformance', file), 'utf8')) as Difference[];
  }

  /** What is accepted for a recording: the union of the classes that name it. */
  for(id: string): { readonly exitCodes: readonly number[]; readonly stdout: boolean } {
    const classes = this.classes.filter((one) => one.cases.some((glob) => matches(glob, id)));
    return {
      exitCodes: classes.flatMap(({ accepts }) => accepts.exitCode ?? []),
      stdout: classes.some(({ accepts }) => accepts.stdout === true),
    };
  }

  /** Notes that a recording differs in an accepted way. */
  use(id: string, aspect: 'exitCode' | 'stdout'): void {
    for (const one of this.classes) {
      if (one.accepts[aspect] === undefined) continue;
      for (const glob of one.cases) if (matches(glob, id)) this.used.add(`${one.id}: ${glob}`);
    }
  }

  /** Globs that explain no difference any more: they have to go. */
  unused(): readonly string[] {
    const all = this.classes.flatMap(({ id, cases }) => cases.map((glob) => `${id}: ${glob}`));
    return all.filter((one) => !this.used.has(one));
  }
}

function matches(glob: string, id: string): boolean {
  const pattern = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(id);
}
