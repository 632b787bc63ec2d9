import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/run.ts';

/** Where the recordings are: ../shared/captures, or the folder that CAPTURES names. */
export const CAPTURES = process.env['CAPTURES'] ?? join(ROOT, '..', 'shared', 'captures');

/** One recorded run of the reference tool. */
export interface Recording {
  /** `shop/expected-file/003-pc-cluster-…` */
  readonly id: string;
  /** The words behind `istioctl`. */
  readonly argv: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A recorded mesh. */
export interface Capture {
  readonly name: string;
  readonly snapshot: string;
  /** Seconds since the epoch at which the mesh was recorded. */
  readonly createdAt: number;
}

/** The recorded mesh of a name, or why it can't be used. */
export function findCapture(name: string): Capture | string {
  const snapshot = join(CAPTURES, name, 'snapshot');
  const manifest = join(snapshot, 'snapshot.json');
  if (!existsSync(manifest)) return `no recording of ${name}: ${manifest} is not there`;
  const { createdAt } = JSON.parse(readFileSync(manifest, 'utf8')) as { createdAt: string };
  return { name, snapshot, createdAt: Date.parse(createdAt) / 1000 };
}

/** The recorded runs in a folder of a capture whose command line `wants`. */
export function recordings(
  capture: Capture,
  folder: string,
  wants: (argv: readonly string[]) => boolean,
): readonly Recording[] {
  const path = join(CAPTURES, capture.name, folder);
  const files = readdirSync(path).filter((file) => file.endsWith('.txt'));
  return files.sort().flatMap((file) => {
    const id = `${capture.name}/${folder}/${file.slice(0, -'.txt'.length)}`;
    const text = readFileSync(join(path, file), 'utf8');
    // A file that does not begin with a command line is a note on the recording, no run.
    if (!text.startsWith('$ ')) return [];
    const recording = parseRecording(id, text);
    return wants(recording.argv) ? [recording] : [];
  });
}

/** Reads `$ istioctl …`, `# exit: N …`, and the texts below `--- stdout ---` and `--- stderr ---`. */
export function parseRecording(id: string, text: string): Recording {
  const match =
    /^\$ istioctl ?([^\n]*)\n# exit: (\d+)[^\n]*\n--- stdout ---\n([\s\S]*?)\n?--- stderr ---\n([\s\S]*)$/.exec(
      text,
    );
  if (match === null) throw new Error(`${id} is no recorded run`);
  const [, line = '', exitCode, stdout = '', stderr = ''] = match;
  return { id, argv: shellWords(line), exitCode: Number(exitCode), stdout, stderr };
}

/** The words of a command line as a shell splits them: blanks, single and double quotes, backslashes. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs;
  for (const [text] of line.matchAll(word)) {
    words.push(
      text.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_, escaped, double, single) =>
        double === undefined ? (escaped ?? single ?? '') : String(double).replace(/\\(["\\$`])/g, '$1'),
      ),
    );
  }
  return words;
}
