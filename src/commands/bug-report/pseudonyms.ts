import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { CommandContext } from '../../cli/context.ts';
import {
  formatRedactionKey,
  joinedKeys,
  parseRedactionKey,
  type RedactionKey,
} from '../../security/pseudonyms/key-file.ts';
import { type Pseudonymized, Pseudonymizer } from '../../security/pseudonyms/pseudonymizer.ts';
import type { Renaming } from '../../sources/recording-contents.ts';
import { claimName } from '../../sources/snapshot/claim-name.ts';
import { writeError } from '../../sources/snapshot/folder-writer.ts';
import type { Segments } from '../../sources/snapshot/layout.ts';
import { usageError } from '../../util/errors.ts';
import type { RedactionSettings } from './redaction-settings.ts';

const WHAT: readonly Pseudonymized[] = ['names', 'ips'];

/** Pseudonyms for an archive, and the file that turns them back. */
export interface Pseudonyms {
  readonly pseudonymizer: Pseudonymizer;
  readonly renaming: Renaming;
  /** Its path: after `save` another one than before when a file of that name came to be meanwhile. */
  readonly keyFile: string;
  /** Writes the key file, readable by the user alone. Throws exit 1 when it can't be written. */
  readonly save: () => Promise<void>;
}

/** What `--redact` names. Throws exit 64 for what can't be given pseudonyms. */
export function pseudonymized(words: readonly string[]): ReadonlySet<Pseudonymized> {
  for (const word of words) {
    if (!(WHAT as readonly string[]).includes(word))
      throw usageError(`--redact: there are no pseudonyms for "${word}"`, { hint: '--redact names,ips' });
  }
  return new Set(WHAT.filter((one) => words.includes(one)));
}

/**
 * Pseudonyms as `--redact` and `--redact-key` ask for; `undefined` when they don't. A key file that is there is used and
 * grows; else a new one is made, beside the archive when it is not named. Throws exit 64 and 65 for a file that is none.
 */
export async function openPseudonyms(
  options: { readonly redact: readonly string[]; readonly redactKey: string | undefined },
  archive: string,
  settings: RedactionSettings,
  context: Pick<CommandContext, 'io' | 'terminal'>,
): Promise<Pseudonyms | undefined> {
  const what = pseudonymized(options.redact);
  if (what.size === 0) return undefined;
  const keyFile =
    options.redactKey === undefined
      ? `${archive.replace(/\.(?:tar\.gz|tgz)$/, '')}.names.json`
      : resolve(context.io.cwd, options.redactKey);
  const known = await readKey(keyFile, context);
  if (known !== undefined && options.redactKey === undefined)
    throw usageError(`${keyFile} exists already`, {
      hint: `--redact-key ${keyFile} gives the same pseudonyms once more`,
    });
  const key = known?.key ?? randomBytes(32);
  const pseudonymizer = new Pseudonymizer({
    what,
    key,
    ...(known === undefined ? {} : { names: known.names, addresses: known.addresses }),
    words: settings.words,
    fields: settings.nameFields,
    publicRoots: rootCertificates,
  });
  let saved = keyFile;
  return {
    pseudonymizer,
    renaming: renamingOf(pseudonymizer),
    get keyFile() {
      return saved;
    },
    save: async () => {
      const { names, addresses } = pseudonymizer;
      const own = { key, names: names.mapping(), addresses: addresses.mapping() };
      saved = await saveKey(keyFile, own, known !== undefined);
    },
  };
}

/**
 * Writes a key and answers its path. Without it nobody can tell the names of its archive: what another run wrote there
 * meanwhile stays, what it has added to the same key is kept, and another key leaves its name to it.
 */
async function saveKey(path: string, own: RedactionKey, isKnown: boolean): Promise<string> {
  const later = isKnown ? await laterKey(path) : undefined;
  const isAgain = isKnown && (later === undefined || Buffer.from(later.key).equals(own.key));
  const key = isAgain && later !== undefined ? joinedKeys(later, own) : own;
  return writeSecretly(path, formatRedactionKey(key), async (draft) => {
    if (!isAgain) return claimName(draft, path);
    await rename(draft, path);
    return path;
  });
}

/** The key that a file holds now; `undefined` when it is gone. What is no key any more is another one. */
async function laterKey(path: string): Promise<RedactionKey | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    return parseRedactionKey(bytes, path);
  } catch {
    return { key: new Uint8Array(), names: [], addresses: [] };
  }
}

async function readKey(
  path: string,
  { io, terminal }: Pick<CommandContext, 'io' | 'terminal'>,
): Promise<RedactionKey | undefined> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return undefined;
  const { readInput } = await import('../../sources/files/read-input.ts');
  const { bytes, label } = await readInput(path, io);
  if ((there.mode & 0o077) !== 0)
    await terminal.note(`${label} can be read by others: chmod 600 keeps the names to yourself`);
  return parseRedactionKey(bytes, label);
}

/** Paths keep the words of the layout: the room, and what objects are a list of. */
function renamingOf(pseudonymizer: Pseudonymizer): Renaming {
  const text = (part: string): string => pseudonymizer.text(part);
  const segments = (all: Segments): Segments =>
    all.map((segment, index) => {
      if (index === 0 || index === 2) return segment;
      return all[2] === 'kubernetes' && index > 3 ? segment : text(segment);
    });
  return { segments, text, whole: (name) => pseudonymizer.whole(name) };
}

async function writeSecretly(
  path: string,
  text: string,
  publish: (draft: string) => Promise<string>,
): Promise<string> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return await publish(draft);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    throw writeError(path, cause);
  }
}
