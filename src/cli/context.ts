import type { MeshSource } from '../sources/source.ts';
import { usageError } from '../util/errors.ts';
import type { GlobalValues } from './global-options.ts';
import type { CliIo } from './io.ts';
import type { Terminal } from './terminal.ts';

/** A part of the answer that is missing: printed on stderr as a note, and exit code 75 under `--strict`. */
export interface Gap {
  readonly what: string;
  readonly why: string;
  readonly next?: string | undefined;
}

/** What a command may use besides its input: the source (opened when first asked for), terminal, time and signal. */
export interface CommandContext {
  readonly globals: GlobalValues;
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
  /** Notes a missing part of the answer. */
  gap(gap: Gap): void;
}

/** Gaps noted so far and the clean-up of what was opened; kept by the wrapper that runs a command. */
export interface OpenContext {
  readonly context: CommandContext;
  readonly gaps: readonly Gap[];
  close(): Promise<void>;
}

/** Builds the context of one run. Opens nothing. */
export function createContext(
  globals: GlobalValues,
  format: string,
  io: CliIo,
  terminal: Terminal,
  signal: AbortSignal,
): OpenContext {
  let opened: Promise<MeshSource> | undefined;
  let source: MeshSource | undefined;
  const gaps: Gap[] = [];
  const open = async (): Promise<MeshSource> => {
    if (globals.from === undefined) {
      throw usageError('no mesh to read: this command needs a source', {
        hint: '--from FOLDER, --from ARCHIVE.tar.gz, --from - (stdin), or --from demo for the bundled mesh',
      });
    }
    const { openSource } = await import('../sources/open-source.ts');
    const mesh = await openSource({
      from: globals.from,
      cwd: io.cwd,
      stdin: io.stdin,
      clock: io.clock,
      signal,
    });
    source = mesh;
    return mesh;
  };
  const context: CommandContext = {
    globals,
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
      gaps.push(gap);
    },
  };
  return { context, gaps, close: async () => source?.close() };
}

/** The time in SOURCE_DATE_EPOCH (seconds), which makes output reproducible; `undefined` when unset or not a number. */
function epochFromEnvironment(io: CliIo): Date | undefined {
  const seconds = Number(io.env['SOURCE_DATE_EPOCH'] || Number.NaN);
  return Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
}
