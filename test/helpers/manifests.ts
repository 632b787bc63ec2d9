import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { parseFile } from '../../src/config/parse-file.ts';
import { ROOT } from './run.ts';

/** A Service as people write it, with block and flow style. */
export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
spec:
  ports:
  - name: http
    port: 80
  - {name: grpc, port: 9000}
  selector: {app: "cart"}
`;

/** Every manifest of the analyzers' fixtures. */
export const MANIFESTS: readonly string[] = [
  SERVICE,
  ...readdirSync(join(ROOT, 'fixtures/analyzers'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => readFileSync(join(ROOT, 'fixtures/analyzers', path), 'utf8')),
];

const PIECES = [
  '{{ .Values.x }}',
  '*a',
  '&a ',
  '<<: ',
  '---\n',
  '...\n',
  '\t',
  '"',
  "'",
  '- ',
  ': ',
  '? ',
  '|',
  '>-',
  '!!int ',
  '#',
  '[',
  '}',
  '%YAML 1.2\n',
  '\r',
  '\ufeff',
  '\0',
  'ü😀',
];

/** A real manifest in which pieces were cut out and put in. */
export const damagedManifest: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...MANIFESTS),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat({ max: 12 }),
        fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([base, edits]) =>
    edits.reduce((text, [at, cut, insert]) => {
      const offset = at % (text.length + 1);
      return text.slice(0, offset) + insert + text.slice(offset + cut);
    }, base),
  );

/** Parses a text and holds the outcome to what any text may expect: no crash, and a place inside it for all there is. */
export function expectPlaces(text: string): void {
  const { resources, problems } = parseFile('mesh.yaml', text);
  const lines = text.split(/\r\n|\r|\n/);
  for (const { line, column } of [...problems, ...resources.map(({ origin }) => origin.position())]) {
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThan(0);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 2);
  }
}
