import { answeredEntries, countEntries } from '../../answers/bug-report.ts';
import type { ReportGap } from '../../answers/mesh-report/mesh-report.ts';
import type { MeshSource } from '../../sources/source.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { compareText } from '../../util/text.ts';
import type { CommandContext, Gap } from '../context.ts';

/** The parts that a report is read in; what one lacks is worse than what the next one lacks. */
const PARTS = ['proxies', 'configuration', 'graph', 'certificates', 'versions', 'metrics'] as const;

/** One of the parts that a report is read in. */
export type ReportPart = (typeof PARTS)[number];

/** What each part of a report lacks. A part that fails is a gap, and the others go on. */
export class ReportGaps {
  readonly #gaps = new Map<ReportPart, Gap[]>();

  /** The context for reading a part: what it notes as a gap is noted for the report, too. */
  contextOf(context: CommandContext, part: ReportPart): CommandContext {
    return {
      ...context,
      gap: (gap) => {
        this.#add(part, gap);
        context.gap(gap);
      },
    };
  }

  /** Reads a part; `undefined`, and a gap, when that fails. Throws what is no matter of the mesh: Ctrl-C, our own faults. */
  async part<T>(
    context: CommandContext,
    part: ReportPart,
    what: string,
    read: (context: CommandContext) => Promise<T>,
  ): Promise<T | undefined> {
    const own = this.contextOf(context, part);
    try {
      return await read(own);
    } catch (error) {
      if (!(error instanceof MeshscopeError) || error.code === 'Interrupted') throw error;
      own.gap({ what, why: error.message, next: error.hint });
      return undefined;
    }
  }

  /** All gaps, worst first, each once; behind them what a recording lacks that no part asked for. */
  all(source: Pick<MeshSource, 'recorded'>): readonly ReportGap[] {
    const own = PARTS.flatMap((part) =>
      [...(this.#gaps.get(part) ?? [])].sort(
        (a, b) => compareText(a.what, b.what) || compareText(a.why, b.why),
      ),
    );
    const known = new Map(own.map((gap) => [`${gap.what}\u0000${gap.why}`, gap]));
    return [...known.values(), ...lostInRecording(source)];
  }

  #add(part: ReportPart, gap: Gap): void {
    const list = this.#gaps.get(part);
    if (list === undefined) this.#gaps.set(part, [gap]);
    else list.push(gap);
  }
}

/** Answers that a recording lacks, those with the same reason together. */
function lostInRecording({ recorded }: Pick<MeshSource, 'recorded'>): readonly ReportGap[] {
  const contents = answeredEntries(recorded?.contents ?? []).map((entry) => ({
    ...entry,
    // Some writers note no question: then the name of the file and its folder say what was asked of whom.
    question: entry.question ?? entry.path.split('/').slice(-3).join('/'),
  }));
  return countEntries(contents).unanswered.map(({ reason, count, questions }) => {
    const others = count - questions.length;
    const more = others > 0 ? ` and ${others} more` : '';
    return { what: `in the recording: ${questions.join(', ')}${more}`, why: reason };
  });
}
