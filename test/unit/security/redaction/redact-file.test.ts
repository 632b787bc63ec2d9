import { describe, expect, it } from 'vitest';
import { redactLine, redactLines } from '../../../../src/security/redaction/redact-file.ts';

/** Lines that say nothing of a secret but by its own form: the first look at a line must not pass over them. */
const LINES: Readonly<Record<string, readonly [line: string, secret: string]>> = {
  'a key of a payment service': [`charging with sk_live_${'4eC39HqLyj'.repeat(2)}`, 'sk_live_4eC'],
  'a login of a package registry': [`installing with npm_${'a1b2c3'.repeat(6)}`, 'npm_a1b'],
  'a login of a code host': [`cloning with github_pat_${'11ABCDEFG0'.repeat(3)}`, 'github_pat_1'],
  'a signed address': ['GET /blob?signature=abcdefgh12345&x=1 200', 'abcdefgh12345'],
  'a signed address in short': ['GET /blob?sig=abcdefgh12345&x=1 200', 'abcdefgh12345'],
  'a key in JSON': ['loaded {"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"} from disk', 'GawgguFyGr'],
  'an access key': ['upload?access_key=abcdefgh12345', 'abcdefgh12345'],
  'a login of a container registry': ['pull {"r.io":{"auth": "dXNlcjpwYXNzd29yZA=="}} now', 'dXNlcjpwYXNz'],
  'a header': ['x-goog-api-key: abcdefgh12345', 'abcdefgh12345'],
  'a cookie': ['cookie: session=abcdefgh12345', 'abcdefgh12345'],
  'an argument': ['run --password abcdefgh12345', 'abcdefgh12345'],
  'JSON at the end': ['info sent {"config":{"privateKey":"abcdefgh12345"}}', 'abcdefgh12345'],
  'a text before JSON': ['info with npm_a1b2c3a1b2c3a1b2c3a1b2c3a1b2c3a1b2c3 sent {"x":1}', 'npm_a1b'],
};

describe('a line of a log', () => {
  it.each(Object.entries(LINES))('shows nothing of %s', (_, [line, secret]) => {
    expect(line).toContain(secret);
    const clean = redactLine(line);
    expect(clean).not.toContain(secret);
    expect(clean).toContain('[redacted]');
    expect(redactLines(`one\n${line}\ntwo`)).toBe(`one\n${clean}\ntwo`);
  });

  it('without a secret stays as it is', () => {
    const line = '{"path":"/token/keys", "authority":"auth.shop", "response_code":200}';
    expect(redactLine(line)).toBe(line);
  });

  it('of many brackets is done at once', () => {
    const line = `token ${'{'.repeat(2_000_000)}`;
    expect(redactLine(line)).toBe(line);
  });
});
