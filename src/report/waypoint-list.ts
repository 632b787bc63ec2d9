import type { WaypointList, WaypointRow } from '../answers/waypoint-list.ts';
import type { Reporter } from './reporter.ts';
import { markCell, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** The waypoints as their Gateways describe them; whether they work is for `waypoint status` to say. */
export const table: Reporter<WaypointList> = (answer, options) => {
  const style = styleFor(options.color);
  const where = answer.namespace === undefined ? '' : ` in namespace ${answer.namespace}`;
  if (answer.waypoints.length === 0) return `no waypoints${where}\n`;
  const rows = answer.waypoints.map((row) => [
    markCell(isProgrammed(row) ? 'plain' : 'bad', style),
    row.namespace,
    row.name,
    row.revision,
    row.typeIsLabelled ? row.trafficType : `${row.trafficType} (default)`,
    programmedText(row),
  ]);
  const header = ['', 'NAMESPACE', 'NAME', 'REVISION', 'TRAFFIC', 'PROGRAMMED'];
  const count = rows.length === 1 ? '1 waypoint' : `${rows.length} waypoints`;
  const footer = style.faint(`${count}; meshscope waypoint status tells whether they work`);
  return `${alignedTable(header, rows, options)}${footer}\n`;
};

function isProgrammed({ programmed }: WaypointRow): boolean {
  return programmed?.type === 'Programmed' && programmed.status === 'True';
}

function programmedText(row: WaypointRow): string {
  const { programmed } = row;
  if (programmed === undefined) return 'not yet';
  return isProgrammed(row) ? 'True' : `${programmed.type} ${programmed.status}: ${programmed.message}`;
}
