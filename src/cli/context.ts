import type { LiveOptions } from '../sources/live-options.ts';
import type { MeshSource } from '../sources/source.ts';
import type { Defaults } from './defaults.ts';
import type { CliIo } from './io.ts';
import { openMesh } from './mesh-source.ts';
import { SourceNotes } from './source-notes.ts';
import type { Terminal } from './terminal.ts';

/** A part of the answer that is missing: printed on stderr as a note, and exit code 75 under `--strict`. */
export interface Gap {
  readonly what: string;
  readonly why: string;
  readonly next?: string | undefined;
}

/** What a command may use besides its input: the source (opened when first asked for), terminal, time and signal. */
export interface CommandContext extends Pick<Defaults, 'globals' | 'configFile' | 'fromFoundFile'> {
  /** Output format that was chosen (`table`, `json` …). */
  readonly format: string;
  readonly io: CliIo;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C or when `--timeout` has passed. */
  readonly signal: AbortSignal;
  /** Namespace of the control plane: `-i`, else what the source knows, else `istio-system`. */
  istioNamespace(): Promise<string>;
  source(): Promise<MeshSource>;
  /** The moment that ages count from: the source's own time, else SOURCE_DATE_EPOCH, else now. */
  now(): Date;
  /** Notes a missing part of the answer; the same one counts once. */
  gap(gap: Gap): void;
  /** Notes of the sources that were opened; those of `source()` are printed without being asked for. */
  readonly sourceNotes: Pick<SourceNotes, 'print'>;
}

/** Gaps noted so far and the clean-up of what was opened; kept by the wrapper that runs a command. */
export interface OpenContext {
  readonly context: CommandContext;
  readonly gaps: readonly Gap[];
  /** Prints what the source has said of itself since it was opened. */
  noteSource(): Promise<void>;
  close(): Promise<void>;
}

/** Builds the context of one run. Opens nothing. */
export function createContext(
  { globals, configFile, fromFoundFile }: Pick<CommandContext, 'globals' | 'configFile' | 'fromFoundFile'>,
  format: string,
  io: CliIo,
  terminal: Terminal,
  signal: AbortSignal,
  live: LiveOptions,
): OpenContext {
  let opened: Promise<MeshSource> | undefined;
  let source: MeshSource | undefined;
  const gaps: Gap[] = [];
  const sourceNotes = new SourceNotes(terminal, globals);
  const open = async (): Promise<MeshSource> => {
    const mesh = await openMesh(globals, live, io, signal);
    source = mesh;
    await sourceNotes.print(mesh);
    return mesh;
  };
  const context: CommandContext = {
    globals,
    configFile,
    fromFoundFile,
    format,
    io,
    terminal,
    signal,
    source: () => {
      opened ??= open();
      return opened;
    },
    istioNamespace: async () =>
      globals.istioNamespace ?? (await context.source()).istioNamespace ?? 'istio-system',
    now: () => source?.now ?? epochFromEnvironment(io) ?? io.clock(),
    gap: (gap) => {
      if (!gaps.some(({ what, why }) => what === gap.what && why === gap.why)) gaps.push(gap);
    },
    sourceNotes,
  };
  return {
    context,
    gaps,
    noteSource: async () => {
      if (source) await sourceNotes.print(source);
    },
    close: async () => source?.close(),
  };
}

/** The time in SOURCE_DATE_EPOCH (seconds), which makes output reproducible; `undefined` when unset or not a number. */
function epochFromEnvironment(io: CliIo): Date | undefined {
  const seconds = Number(io.env['SOURCE_DATE_EPOCH'] || Number.NaN);
  return Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
}
