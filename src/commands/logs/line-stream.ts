/** A line that does not end is given up at this many characters: a log may hold anything. */
const LONGEST = 65_536;

/** The lines of a stream of bytes in UTF-8, without their ends; the last one also when it has no end. */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (pieces.pop() ?? '').slice(0, LONGEST);
    for (const piece of pieces) if (piece !== '') yield piece;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
