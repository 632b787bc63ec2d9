import type { KubeObject } from '../kube/object.ts';
import { hbonePort } from '../mesh/waypoint-gateway.ts';
import { compareText } from '../util/text.ts';
import { type WaypointRow, waypointRow } from './waypoint-list.ts';
import { type Health, type WaypointPod, worst } from './waypoint-pod.ts';
import {
  attachedTo,
  keyOf,
  type ObjectRef,
  type UnboundUser,
  type WaypointObjects,
  waypointUsers,
} from './waypoint-users.ts';

/** Whether one waypoint works, whatever its Gateway says, and who depends on it. */
export interface WaypointHealth extends WaypointRow {
  readonly health: Health;
  /** What is wrong beyond its pods, one sentence each. */
  readonly problems: readonly string[];
  readonly port: number;
  readonly pods: readonly WaypointPod[];
  /** Objects (of the namespace that was asked about) that name it by label and get it. */
  readonly users: readonly ObjectRef[];
  /** Routes and policies that it should apply. */
  readonly attached: readonly ObjectRef[];
}

/** The waypoints of a mesh, those that do not work first, and who does not get the waypoint that it names. */
export interface WaypointStatus {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'WaypointStatus';
  readonly waypoints: readonly WaypointHealth[];
  readonly unbound: readonly UnboundUser[];
  /** Whether all that may name a waypoint could be read. */
  readonly usersKnown: boolean;
  /** The only namespace that was asked about; all of them when absent. */
  readonly namespace: string | undefined;
}

/** What the status is computed from. */
export interface WaypointStatusInputs {
  readonly objects: WaypointObjects;
  /** The waypoints to tell of. */
  readonly waypoints: readonly KubeObject[];
  /** Their pods by `namespace/name` of the waypoint; `undefined` where pods are not known. */
  readonly pods: ReadonlyMap<string, readonly WaypointPod[]> | undefined;
  readonly namespace: string | undefined;
  /** Only this waypoint was asked about. */
  readonly name?: string | undefined;
}

/** The state of waypoints, joined from Kubernetes, istiod and their Envoys. */
export function waypointStatus(inputs: WaypointStatusInputs): WaypointStatus {
  const { objects, waypoints, pods, namespace, name } = inputs;
  const { bound, unbound } = waypointUsers(objects);
  const isSeen = (user: { readonly namespace: string }): boolean =>
    namespace === undefined || user.namespace === namespace;
  const told = waypoints.map((gateway): WaypointHealth => {
    const row = waypointRow(gateway);
    const key = keyOf(row);
    const own = pods?.get(key) ?? [];
    const { health, problems } = judge(row, pods && own);
    const users = (bound.get(key) ?? []).filter(isSeen);
    return {
      ...row,
      health,
      problems,
      port: hbonePort(gateway),
      pods: own,
      users,
      attached: attachedTo(row, objects),
    };
  });
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'WaypointStatus',
    waypoints: told.sort(
      (a, b) =>
        RANK[a.health] - RANK[b.health] ||
        compareText(a.namespace, b.namespace) ||
        compareText(a.name, b.name),
    ),
    unbound: unbound.filter((user) => isSeen(user) && (name === undefined || user.waypoint.name === name)),
    usersKnown: objects.complete,
    namespace,
  };
}

const RANK: Readonly<Record<Health, number>> = { bad: 0, unknown: 1, warn: 2, good: 3 };

function judge(
  { programmed, trafficType }: WaypointRow,
  pods: readonly WaypointPod[] | undefined,
): { readonly health: Health; readonly problems: readonly string[] } {
  const found: { readonly health: Health; readonly text: string }[] = [];
  if (programmed === undefined)
    found.push({ health: 'bad', text: 'istiod has not looked at its Gateway yet' });
  else if (programmed.type !== 'Programmed' || programmed.status !== 'True')
    found.push({ health: 'bad', text: `${programmed.type} is ${programmed.status}: ${programmed.message}` });
  else if (programmed.outdated)
    found.push({ health: 'warn', text: 'its condition Programmed is about an older version of the Gateway' });
  if (trafficType === 'none')
    found.push({ health: 'warn', text: 'it takes no traffic (waypoint-for: none)' });
  if (pods === undefined) found.push({ health: 'unknown', text: 'its pods are not known' });
  else if (pods.length === 0) found.push({ health: 'bad', text: 'it has no pod' });
  const own = worst(found.map(({ health }) => health));
  return { health: worst([own, podsHealth(pods ?? [])]), problems: found.map(({ text }) => text) };
}

/** As long as one pod works, traffic finds a way. */
function podsHealth(pods: readonly WaypointPod[]): Health {
  const all = worst(pods.map(({ health }) => health));
  const someWork = pods.some(({ health }) => health === 'good' || health === 'warn');
  return all === 'bad' && someWork ? 'warn' : all;
}
