import type { MeshDiff } from '../../answers/mesh-diff/mesh-diff.ts';
import { jsonText } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { yamlText } from '../yaml.ts';

/** A comparison, and how much of it the text shows. */
export interface MeshDiffView {
  readonly diff: MeshDiff;
  /** Whether to list everything, with all fields and names. */
  readonly all: boolean;
}

/** The whole comparison as JSON. */
export const json: Reporter<MeshDiffView> = ({ diff }) => jsonText(diff);

/** The whole comparison as YAML. */
export const yaml: Reporter<MeshDiffView> = ({ diff }) => yamlText(diff);
