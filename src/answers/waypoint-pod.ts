import type { ProxyPod } from '../kube/proxy-pod.ts';
import type { ProxyRow } from './proxy-row.ts';

/** How well something works; `unknown` where nobody who could know has answered. */
export type Health = 'good' | 'warn' | 'unknown' | 'bad';

/** Ports on which an Envoy accepts connections, or why that is not known. */
export type Listening = { readonly ports: readonly number[] } | { readonly unknown: string };

/** A pod of a waypoint and what keeps it from taking traffic. */
export interface WaypointPod {
  readonly name: string;
  readonly namespace: string;
  readonly node: string | undefined;
  readonly phase: string;
  readonly ready: boolean | undefined;
  readonly health: Health;
  /** Whether its Envoy refused what istiod sent. */
  readonly rejected: boolean;
  /** One sentence each, worst first. */
  readonly problems: readonly string[];
}

/** A pod as Kubernetes, istiod (`row`) and its own Envoy see it. */
export function waypointPod(
  pod: ProxyPod,
  row: ProxyRow | undefined,
  listening: Listening,
  port: number,
): WaypointPod {
  const found: { readonly health: Health; readonly text: string }[] = [];
  if (pod.phase !== 'Running') {
    const why = pod.waiting === undefined ? '' : ` (${pod.waiting})`;
    found.push({ health: 'bad', text: `the pod is ${pod.phase}${why}` });
  } else if (pod.ready === false) found.push({ health: 'bad', text: 'the pod is not ready' });
  for (const { kind, types, detail, mild } of row?.problems ?? []) {
    if (kind === 'rejected') found.push({ health: 'bad', text: `${types.join(', ')} rejected: ${detail}` });
    else if (kind === 'never-connected')
      found.push({ health: 'bad', text: `not connected to istiod: ${detail}` });
    else if (kind === 'unknown' || kind === 'not-compared') found.push({ health: 'unknown', text: detail });
    else if (mild !== true) found.push({ health: 'warn', text: `${kind.replace('-', ' ')}: ${detail}` });
  }
  if (row === undefined) found.push({ health: 'unknown', text: 'what istiod knows of it is not known' });
  if ('unknown' in listening) {
    found.push({
      health: 'unknown',
      text: `its Envoy could not be asked whether it listens: ${listening.unknown}`,
    });
  } else if (!listening.ports.includes(port)) {
    found.push({ health: 'bad', text: `nothing listens on port ${port}` });
  }
  const { name, namespace, node, phase, ready } = pod;
  const health = worst(found.map((one) => one.health));
  // A pod that certainly does not work needs no account of what else is not known of it.
  const told = health === 'bad' ? found.filter((one) => one.health === 'bad') : found;
  const rejected = row?.problems.some(({ kind }) => kind === 'rejected') ?? false;
  const problems = told.map(({ text }) => text);
  return { name, namespace, node, phase, ready, health, rejected, problems };
}

const ORDER: readonly Health[] = ['bad', 'unknown', 'warn', 'good'];

/** The worst of several; good where there is none. */
export function worst(all: readonly Health[]): Health {
  return ORDER.find((one) => all.includes(one)) ?? 'good';
}
