import type { WaypointList, WaypointRow } from '../../answers/waypoint-list.ts';
import { tabwriterTable } from '../tabwriter.ts';

const PADDING = 5;

/** The rows of the reference's tables: with a namespace column under `-A` only. */
export interface CompatWaypoints {
  readonly waypoints: readonly WaypointRow[];
  readonly namespace: string | undefined;
  /** Whether there are Gateways at all: without any the reference prints a sentence. */
  readonly hasGateways: boolean;
}

const NONE = 'No waypoints found.\n';

/** The reference's `waypoint list`, to the byte. */
export function compatList(answer: WaypointList & CompatWaypoints): string {
  if (!answer.hasGateways) return NONE;
  const cells = answer.waypoints.map((row) => [
    row.namespace,
    row.name,
    row.revision,
    // Its word for a waypoint without the label, although that takes traffic for services.
    row.typeIsLabelled ? row.trafficType : 'none',
    row.programmed?.type === 'Programmed' ? row.programmed.status : 'False',
  ]);
  return tableOf(['NAMESPACE', 'NAME', 'REVISION', 'TRAFFIC TYPE', 'PROGRAMMED'], cells, answer);
}

/** The reference's `waypoint status`, to the byte; it prints each row again on each of its polls. */
export function compatStatus(answer: CompatWaypoints): string {
  if (!answer.hasGateways) return NONE;
  const cells = answer.waypoints.map(({ namespace, name, programmed }) => [
    namespace,
    name,
    programmed?.status ?? '',
    programmed?.type ?? '',
    programmed?.reason ?? '',
    programmed?.message ?? '',
  ]);
  return tableOf(['NAMESPACE', 'NAME', 'STATUS', 'TYPE', 'REASON', 'MESSAGE'], cells, answer);
}

function tableOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { namespace }: CompatWaypoints,
): string {
  const all = [header, ...rows];
  return tabwriterTable(namespace === undefined ? all : all.map((row) => row.slice(1)), PADDING);
}
