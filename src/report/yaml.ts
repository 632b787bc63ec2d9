import { dump } from 'js-yaml';
import type { Reporter } from './reporter.ts';

/** A value as one YAML document. Control characters come out escaped, since YAML does not allow them raw. */
export function yamlText(value: unknown): string {
  return dump(JSON.parse(JSON.stringify(value) ?? 'null'), { lineWidth: -1, noRefs: true });
}

/** Reports an answer as the YAML of itself. */
export const yaml: Reporter<unknown> = (answer) => yamlText(answer);
