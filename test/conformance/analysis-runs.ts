import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/run.ts';

/** Where the measured verdicts are: ../shared/conformance, or the folder that CONFORMANCE names. */
export const CONFORMANCE = process.env['CONFORMANCE'] ?? join(ROOT, '..', 'shared', 'conformance');

/** A message of the reference tool. */
export interface Message {
  readonly code: string;
  readonly level: string;
  readonly origin: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** A whole run of the reference tool. */
export interface AnalysisRun {
  readonly id: string;
  readonly tool: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
  /** Runs that differ from time to time: what all of them had. */
  readonly stable_messages?: readonly Message[];
  readonly variants?: readonly unknown[];
}

/** A case of one analyzer. */
export interface GridCase {
  readonly name: string;
  readonly inputFiles: readonly string[];
  readonly meshConfigFile: string | null;
  readonly meshNetworksFile: string | null;
  readonly analyzer: string;
  readonly expected: readonly { readonly code: string; readonly level: string; readonly resource: string }[];
  readonly skipAll: boolean;
}

/** A case of several clusters. */
export interface MultiClusterCase {
  readonly name: string;
  readonly clusters: Readonly<Record<string, readonly string[]>>;
  readonly analyzer: string;
  readonly expected: GridCase['expected'];
}

/** The measured verdicts; why there are none where they are absent. */
export function readConformance():
  | string
  | {
      readonly runs: readonly AnalysisRun[];
      readonly grid: readonly GridCase[];
      readonly multi: readonly MultiClusterCase[];
    } {
  const path = join(CONFORMANCE, 'istioctl.json');
  if (!existsSync(path)) return `no measured verdicts: ${path} is not there`;
  const grid = JSON.parse(readFileSync(join(CONFORMANCE, 'grid.json'), 'utf8')) as {
    cases: GridCase[];
    multicluster: { cases: MultiClusterCase[] };
  };
  const { runs } = JSON.parse(readFileSync(path, 'utf8')) as { runs: AnalysisRun[] };
  const full = runs.filter(({ tool }) => tool === 'istioctl-full');
  return { runs: full, grid: grid.cases, multi: grid.multicluster.cases };
}
