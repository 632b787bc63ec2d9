import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { KnownFinding } from '../answers/analysis.ts';
import { dataError } from '../util/errors.ts';
import { asArray, asString, field } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import { writeAtomically } from './write-files.ts';

const API_VERSION = 'meshscope.io/v1';
const KIND = 'AnalysisBaseline';
const HINT = 'meshscope analyze --write-baseline FILE writes one';

/** The findings of a baseline file. Throws exit 66 when there is none and 65 for a file that is none. */
export async function readBaseline(cwd: string, path: string): Promise<readonly KnownFinding[]> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    const { readError } = await import('../sources/files/read-input.ts');
    throw await readError(error, path, cwd, HINT);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw dataError(`${path} is no baseline: it is not valid JSON`, { hint: HINT, cause });
  }
  if (field(document, 'apiVersion') !== API_VERSION || field(document, 'kind') !== KIND)
    throw dataError(`${path} is no baseline: it is not of ${API_VERSION}, kind ${KIND}`, { hint: HINT });
  return asArray(field(document, 'findings')).map((one) => {
    const [fingerprint, code] = [asString(field(one, 'fingerprint')), asString(field(one, 'code'))];
    if (fingerprint === undefined || code === undefined)
      throw dataError(`${path}: a finding has no fingerprint or no code`, { hint: HINT });
    const subject = asString(field(one, 'subject')) ?? '';
    return { fingerprint, code, subject, message: asString(field(one, 'message')) ?? '' };
  });
}

/** Writes a baseline in an order of its own, a finding a line, so that a change of it reads well. */
export async function writeBaseline(
  cwd: string,
  path: string,
  findings: readonly KnownFinding[],
): Promise<void> {
  const key = ({ code, subject, message, fingerprint }: KnownFinding): string =>
    [code, subject, message, fingerprint].join('\u0000');
  const lines = [...findings]
    .sort((a, b) => compareText(key(a), key(b)))
    .map((one) => `    ${JSON.stringify(one)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  const text = `{\n  "apiVersion": "${API_VERSION}",\n  "kind": "${KIND}",\n  "findings": ${list}\n}\n`;
  await writeAtomically(cwd, path, text);
}
