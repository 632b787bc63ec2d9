/** One `-----BEGIN label-----` block of a text; `der` is `undefined` when what it wraps is not base64. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array | undefined;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/**
 * All PEM blocks of a text in their order. Text between the blocks, CR LF line ends and indentation are ignored; a
 * block whose END line is missing is left out. Reads the text once.
 */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let begin = text.indexOf(BEGIN);
  while (begin >= 0) {
    const labelStart = begin + BEGIN.length;
    const labelEnd = text.indexOf(DASHES, labelStart);
    if (labelEnd < 0) break;
    const label = text.slice(labelStart, labelEnd);
    const bodyStart = labelEnd + DASHES.length;
    const next = text.indexOf(BEGIN, bodyStart);
    const end = text.indexOf('-----END ', bodyStart);
    if (end < 0) break;
    const closed = next < 0 || end < next;
    if (closed && !label.includes('\n'))
      blocks.push({ label, der: decodeBase64(text.slice(bodyStart, end)) });
    begin = closed ? text.indexOf(BEGIN, end) : next;
  }
  return blocks;
}

/** The bytes of a base64 text (blanks and line ends allowed); `undefined` when it is empty or not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, 'base64');
}

/**
 * The text with outer layers of base64 removed, at most two: secrets are sometimes encoded once more on their way
 * (by hand, or by a tool that thinks it sees raw bytes). A text that holds a PEM block is returned as it is.
 */
export function unwrapBase64(text: string): string {
  let current = text;
  for (let layer = 0; layer < 2 && !current.includes(BEGIN); layer++) {
    const bytes = decodeBase64(current);
    if (bytes === undefined) return text;
    current = Buffer.from(bytes).toString('latin1');
  }
  return current.includes(BEGIN) ? current : text;
}
