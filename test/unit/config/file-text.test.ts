import { describe, expect, it } from 'vitest';
import { fileText, MAX_FILE_BYTES } from '../../../src/config/file-text.ts';
import { problemText } from '../../../src/config/problem.ts';

describe('the text of a file', () => {
  const bytes = (...parts: (string | number[])[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const outcome = (content: Uint8Array): string => {
    const found = fileText('mesh.yaml', content);
    return found.ok ? found.text : problemText(found.problem);
  };

  it('is UTF-8 or, by its mark, UTF-16', () => {
    expect(outcome(bytes('a: ü'))).toBe('a: ü');
    expect(outcome(Buffer.from('\ufeffa: ü', 'utf16le'))).toBe('\ufeffa: ü');
    expect(outcome(Buffer.from('\ufeffa: ü', 'utf16le').swap16())).toBe('\ufeffa: ü');
    expect(outcome(bytes('a: \ufffd'))).toBe('a: \ufffd');
  });

  it('is none where bytes are no text, or too many', () => {
    expect(outcome(bytes('a: 1\nb: ', [0xff, 0x41]))).toBe('mesh.yaml:2:4: it is not text in UTF-8');
    expect(outcome(bytes('\x7fELF', [0, 1]))).toBe('mesh.yaml:1:5: it is a binary file, not YAML or JSON');
    expect(outcome(new Uint8Array(MAX_FILE_BYTES + 1))).toBe(
      'mesh.yaml:1:1: it is too large: 65 MiB, the limit is 64 MiB',
    );
  });
});
