import { gunzipSync, inflateSync } from 'node:zlib';

/** Base64, also that of URLs, long enough to hold a name and a secret; longer ones are files, and looked at as such. */
const WORD = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,4194304}={0,2}(?![A-Za-z0-9+/_-])/g;
/** The lines of a certificate belong together: one of them that was changed would break it. */
const PEM = /(-----BEGIN [A-Z0-9 ]{1,60}-----(?:(?!-----)[\s\S])*-----END [A-Z0-9 ]{1,60}-----)/;
/** `H4sI` begins gzip, `eJ`, `eN` and `eA` zlib. */
const PACKED = /^(?:H4sI|e[JNAF])/;
/** Base64 of base64 of gzip, as charts keep their releases. */
const PACKED_TWICE = /^SDRzS/;
const PRINTABLE = /^[\t\n\r\x20-\x7e]+$/;
/** Text of two bytes a letter, the second of which is zero. */
const WIDE = /^(?:\xff\xfe)?(?:[\t\n\r\x20-\x7e]\0)+$/;
/** What is packed more tightly is not looked into. */
const MOST_UNPACKED = 32 * 1024 * 1024;
/** Bytes by which a text is told from anything else. */
const PROBE = 24;

/** Finds secrets in what is encoded: gives the text without them, or the same one. */
export type Clean = (text: string) => string;

/**
 * A text in which each word that is base64 of a text with secrets is base64 of that text without them. What is packed
 * (gzip, zlib) and holds some becomes `hidden` as a whole, as does what can't be unpacked within bounds.
 */
export function redactEncoded(text: string, clean: Clean, hidden: (word: string) => string): string {
  const words = (part: string): string => part.replace(WORD, (word) => oneWord(word, clean, hidden));
  if (!text.includes('-----BEGIN ')) return words(text);
  return text
    .split(PEM)
    .map((part, index) => (index % 2 === 1 ? part : words(part)))
    .join('');
}

function oneWord(word: string, clean: Clean, hidden: (word: string) => string): string {
  if (PACKED.test(word) || PACKED_TWICE.test(word)) return packed(word, clean, hidden);
  const probe = Buffer.from(word.slice(0, PROBE), 'base64').toString('latin1');
  if (PRINTABLE.test(probe)) return printable(word, clean);
  return probe.includes('\0') ? wide(word, clean) : word;
}

function printable(word: string, clean: Clean): string {
  const text = Buffer.from(word, 'base64').toString('latin1');
  if (!PRINTABLE.test(text)) return word;
  const cleaned = clean(text);
  return cleaned === text ? word : encoded(Buffer.from(cleaned, 'latin1'), word);
}

function wide(word: string, clean: Clean): string {
  const bytes = Buffer.from(word, 'base64');
  if (!WIDE.test(bytes.toString('latin1'))) return word;
  const text = bytes.toString('utf16le');
  const cleaned = clean(text);
  return cleaned === text ? word : encoded(Buffer.from(cleaned, 'utf16le'), word);
}

/** As the word was: with or without padding, in the letters of URLs or not. */
function encoded(bytes: Buffer, word: string): string {
  if (/[-_]/.test(word)) return bytes.toString('base64url');
  const text = bytes.toString('base64');
  return word.endsWith('=') || word.length % 4 === 0 ? text : text.replace(/=+$/, '');
}

function packed(word: string, clean: Clean, hidden: (word: string) => string): string {
  const once = Buffer.from(word, 'base64');
  const bytes = PACKED_TWICE.test(word) ? Buffer.from(once.toString('latin1'), 'base64') : once;
  const text = unpacked(bytes);
  if (text === undefined) return word;
  if (text === 'too large') return hidden(word);
  return clean(text) === text ? word : hidden(word);
}

/** The text in packed bytes; `undefined` when nothing is packed in them. */
function unpacked(bytes: Buffer): string | undefined {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 !== 0) return undefined;
  try {
    const options = { maxOutputLength: MOST_UNPACKED };
    return (isGzip ? gunzipSync(bytes, options) : inflateSync(bytes, options)).toString('latin1');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : undefined;
  }
}
