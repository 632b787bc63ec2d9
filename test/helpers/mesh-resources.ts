import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../src/kube/object.ts';
import { asArray, field } from '../../src/util/json.ts';
import { ROOT } from './run.ts';

/** Every resource of the recorded meshes among the fixtures, as their API servers gave them. */
export function meshResources(): readonly KubeObject[] {
  const folder = join(ROOT, 'fixtures/meshes');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /kubernetes\/.*\/.*\.json$/.test(path))
    .flatMap((path) => {
      const list: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'));
      const [apiVersion, kind] = [
        field(list, 'apiVersion'),
        String(field(list, 'kind')).replace(/List$/, ''),
      ];
      return asArray(field(list, 'items')).map(
        (item) => ({ apiVersion, kind, ...(item as object) }) as KubeObject,
      );
    });
}
