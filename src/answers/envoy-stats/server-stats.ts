import { isUsed, type Stat } from '../../envoy/stats.ts';

/** Something that a statistic shows to be wrong or worth a look. */
export interface StatFinding {
  readonly severity: 'bad' | 'warn';
  readonly stat: string;
  readonly what: string;
  readonly next?: string | undefined;
}

/** The statistics of one Envoy's server. */
export interface ServerStats {
  readonly type: 'server';
  /** Spelling of the names: Envoy's own, or that of its Prometheus page. */
  readonly spelling: 'envoy' | 'prometheus';
  readonly findings: readonly StatFinding[];
  /** Signs of health that were found, in words. */
  readonly facts: readonly string[];
  readonly shown: readonly Stat[];
  /** Statistics before they were filtered. */
  readonly total: number;
  readonly used: number;
}

/** Which statistics are shown. */
export interface StatFilter {
  readonly pattern: RegExp | undefined;
  readonly usedOnly: boolean;
}

/** Reads the server's statistics: what they show to be wrong, and those that are asked for. */
export function serverStats(
  stats: readonly Stat[],
  spelling: ServerStats['spelling'],
  filter: StatFilter,
): ServerStats {
  return {
    type: 'server',
    spelling,
    findings: stats.flatMap((stat) => findingOf(stat) ?? []),
    facts: stats.flatMap((stat) => factOf(stat) ?? []),
    shown: stats.filter((stat) => isShown(stat, filter)),
    total: stats.length,
    used: stats.filter(isUsed).length,
  };
}

/** Whether a statistic is asked for. */
export function isShown(stat: Stat, { pattern, usedOnly }: StatFilter): boolean {
  return (pattern === undefined || pattern.test(stat.name)) && (!usedOnly || isUsed(stat));
}

const STATES: readonly string[] = ['live', 'draining', 'still starting', 'still initializing'];
const PROXY_STATUS = 'meshscope proxy-status {pod} names the reason';

type Rule = readonly [
  name: RegExp,
  test: (value: number) => boolean,
  severity: StatFinding['severity'],
  what: string,
  next?: string,
];

const RULES: readonly Rule[] = [
  [/^(?:envoy_)?server[._]live\b/, (v) => v === 0, 'bad', 'this Envoy is not live'],
  [
    /^(?:envoy_)?listener_manager[._]workers_started\b/,
    (v) => v === 0,
    'bad',
    'its workers have not started: it takes no traffic',
    PROXY_STATUS,
  ],
  [
    /^(?:envoy_)?(?:cluster_manager[._]cds|listener_manager[._]lds)[._]update_rejected\b/,
    (v) => v > 0,
    'bad',
    'it refused configuration from istiod',
    PROXY_STATUS,
  ],
  [
    /^(?:envoy_)?cluster[._](?:xds-grpc[;.]*\.)?upstream_cx_active(?:\{.*cluster_name="xds-grpc".*\})?$/,
    (v) => v === 0,
    'bad',
    'it has no connection to its agent, which brings the configuration',
    PROXY_STATUS,
  ],
  [/^(?:envoy_)?server[._]total_overload|overload.*active/, (v) => v > 0, 'bad', 'it is overloaded'],
  [
    /rbac[._].*(?<!shadow_)denied\b/,
    (v) => v > 0,
    'warn',
    'requests were denied by an AuthorizationPolicy',
    'meshscope logs {pod} names the policy',
  ],
];

function findingOf({ name, value }: Stat): StatFinding | undefined {
  if (typeof value !== 'number') return undefined;
  if (/^(?:envoy_)?server[._]state\b/.test(name) && value !== 0) {
    return {
      severity: 'bad',
      stat: `${name} ${value}`,
      what: `it is ${STATES[value] ?? 'in an unknown state'}`,
    };
  }
  // Of the Prometheus page only the sample of the connection to istiod counts.
  if (/upstream_cx_active/.test(name) && !/xds-grpc/.test(name)) return undefined;
  const rule = RULES.find(([pattern, test]) => pattern.test(name) && test(value));
  if (rule === undefined) return undefined;
  const [, , severity, what, next] = rule;
  return { severity, stat: `${name} ${value}`, what, next };
}

function factOf({ name, value }: Stat): string | undefined {
  if (/^(?:envoy_)?server[._]state\b/.test(name) && value === 0) return 'live';
  if (/^(?:envoy_)?server[._]uptime\b/.test(name)) return `up for ${value} s`;
  if (/upstream_cx_active/.test(name) && /xds-grpc/.test(name) && value !== 0) return 'gets configuration';
  return undefined;
}
