import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnRules } from '../../../../src/security/redaction/own-rules.ts';
import { redactFile } from '../../../../src/security/redaction/redact-file.ts';
import { linearRegexp } from '../../../../src/util/linear-regexp.ts';

function clean(path: string, text: string, rules: OwnRules): { text: string; found: string[] } {
  const found: string[] = [];
  const onSecret = (rule: string): void => void found.push(rule);
  const bytes = redactFile(path, Buffer.from(text), onSecret, [rules.pass(onSecret)]);
  return { text: Buffer.from(bytes).toString(), found };
}

describe('rules of a configuration file', () => {
  const rules = new OwnRules(['vaultPin', 'x-shop-ticket'], ['ACME-[0-9]{4,12}', 'öä+']);

  it.each([
    ['a.json', '{"vaultPin":"7788"}', '{"vaultPin":"[redacted]"}'],
    ['a.json', '{"VAULT_PIN":7788,"a":1}', '{"VAULT_PIN":"[redacted]","a":1}'],
    [
      'a.json',
      '{"env":[{"name":"VAULT_PIN","value":"7788"}]}',
      '{"env":[{"name":"VAULT_PIN","value":"[redacted]"}]}',
    ],
    ['a.json', '{"a":{"vault-pin":{"of":["7788"]}}}', '{"a":{"vault-pin":{"of":["[redacted]"]}}}'],
    [
      'a.json',
      '{"data":{"app.yaml":"vaultPin: 7788\\nb: 1"}}',
      '{"data":{"app.yaml":"vaultPin: [redacted]\\nb: 1"}}',
    ],
    ['a.log', 'info vault_pin=7788 ok', 'info vault_pin=[redacted] ok'],
    ['a.log', 'info x-shop-ticket: 7788, ok', 'info x-shop-ticket: [redacted], ok'],
    ['a.log', 'order ACME-1234567 and ACME-99999 paid', 'order [redacted] and [redacted] paid'],
    ['a.log', 'öäää ACME-1', '[redacted] ACME-1'],
  ])('%s %s', (path, text, expected) => {
    const once = clean(path, text, rules);
    expect(once.text.trim()).toBe(expected);
    expect(once.found.length).toBeGreaterThan(0);
    expect(clean(path, once.text, rules)).toEqual({ text: once.text, found: [] });
  });

  it('leave what they do not name', () => {
    const text = '{"vaultPins":"7788","pin":"7788","note":"ACME-1"}';
    expect(clean('a.json', text, rules)).toEqual({ text, found: [] });
  });

  it('find in any text what a search by hand finds', () => {
    const pattern = linearRegexp('a[bc]+|cd');
    fc.assert(
      fc.property(fc.stringMatching(/^[abcd]{0,30}$/), fc.nat(5), (text, from) => {
        const matches = [...text.slice(from).matchAll(/a[bc]+|cd/g)];
        const first = matches[0];
        const expected =
          first === undefined ? undefined : [from + first.index, from + first.index + first[0].length];
        expect(pattern.find(text, from)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
