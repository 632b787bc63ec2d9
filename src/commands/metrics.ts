import { exactQueries, prefixQueries, type WorkloadName, type WorkloadQueries } from '../answers/promql.ts';
import {
  compatMetrics,
  type WorkloadMetrics,
  type WorkloadMetricsAnswer,
  type WorkloadSamples,
  workloadMetrics,
  worstFirst,
} from '../answers/workload-metrics.ts';
import { ADDONS } from '../cli/addons.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { findAddon } from '../cli/find-addon.ts';
import { liveSource } from '../cli/live-only.ts';
import { addonRights } from '../cli/object-rights.ts';
import { duration, text } from '../cli/options.ts';
import { proxyId } from '../kube/pod-ref.ts';
import type { Prometheus } from '../sources/prometheus/prometheus.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { ExitCode, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

const OPTIONS = {
  duration: duration('-d, --duration <duration>', 'time that rates and latencies are taken over', 60_000),
  prometheusUrl: text('--prometheus-url <url>', 'ask this Prometheus; no cluster is needed then'),
};

type Input = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, WorkloadMetricsAnswer>({
  name: 'metrics',
  description:
    'Shows requests and errors per second and the latencies of workloads, from Prometheus: the one in the cluster, or --prometheus-url. What Prometheus does not know is "no data", never zero.',
  args: [
    {
      name: 'workload',
      description: 'WORKLOAD or WORKLOAD.NAMESPACE, as the label destination_workload has it',
      required: true,
      variadic: true,
    },
  ],
  options: OPTIONS,
  examples: [
    { command: 'meshscope metrics cart-v1.shop ledger-v1.payments', explains: 'the last minute', live: true },
    {
      command: 'meshscope metrics cart-v1 -n shop -d 10m -o json',
      explains: 'ten minutes, for scripts',
      live: true,
    },
    {
      command: 'meshscope metrics cart-v1.shop --prometheus-url http://localhost:9090',
      explains: 'a Prometheus outside the cluster',
      live: true,
    },
  ],
  stability: 'stable',
  needs: [],
  rights: ({ options }, globals) =>
    options.prometheusUrl === undefined ? addonRights(globals) : { scope: 'none' },
  validate: ({ args, options }) => {
    if (options.duration < 1_000) throw usageError('--duration: at least 1s');
    const empty = args.find((one) => one.startsWith('.') || one.endsWith('.') || one === '');
    if (empty !== undefined)
      throw usageError(`"${empty}" names no workload`, { hint: 'write WORKLOAD.NAMESPACE' });
  },
  run: answer,
  reporters: {
    table: () => import('../report/workload-metrics.ts').then((module) => module.table),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
  compatReporters: {
    table: () => import('../report/compat/workload-metrics.ts').then((module) => module.table),
  },
  exitCode: ({ workloads }) =>
    workloads.every(({ state }) => state === 'failed') ? ExitCode.unreachable : ExitCode.ok,
});

async function answer({ args, options }: Input, context: CommandContext): Promise<WorkloadMetricsAnswer> {
  const prometheus = await openPrometheus(options.prometheusUrl, context);
  const names = await Promise.all(args.map((arg) => workloadName(arg, options.prometheusUrl, context)));
  const { compat } = context.globals;
  const queries = compat ? prefixQueries : exactQueries;
  const workloads: WorkloadMetrics[] = [];
  for (const name of names) {
    const samples = await ask(prometheus, queries(name, options.duration), context, compat);
    workloads.push(...(compat ? [compatMetrics(name, samples)] : workloadMetrics(name, samples)));
  }
  for (const one of workloads) noteFailure(one, context);
  const found = await withNearNames(workloads, prometheus);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'WorkloadMetrics',
    prometheus: prometheus.label,
    windowSeconds: options.duration / 1000,
    workloads: compat ? found : worstFirst(found),
  };
}

async function openPrometheus(url: string | undefined, context: CommandContext): Promise<Prometheus> {
  const { prometheusAt, prometheusInPod } = await import('../sources/prometheus/open-prometheus.ts');
  if (url !== undefined)
    return prometheusAt(url, { idleMs: context.globals.kubeclientTimeout, signal: context.signal });
  const source = await liveSource(
    context,
    'metrics',
    'leave out --from, or name a Prometheus with --prometheus-url',
  );
  const { first, notes } = await findAddon(context, ADDONS.prometheus, {
    otherwise: '--prometheus-url names one outside the cluster',
  });
  for (const note of notes) await context.terminal.note(note);
  return prometheusInPod(source.live, first.pod, first.port, context.signal);
}

/** The namespace stands behind the last dot; without one it is that of `-n`, else (not in the reference) the kubeconfig's. */
async function workloadName(
  argument: string,
  url: string | undefined,
  context: CommandContext,
): Promise<WorkloadName> {
  const { namespace, allNamespaces, compat } = context.globals;
  const dot = argument.lastIndexOf('.');
  if (dot > 0) return { workload: argument.slice(0, dot), namespace: argument.slice(dot + 1) };
  if (allNamespaces) return { workload: argument };
  if (namespace !== undefined) return { workload: argument, namespace };
  // A Prometheus that was named may not be that of the kubeconfig's cluster: every namespace that has it is shown.
  if (url !== undefined || compat) return { workload: argument };
  return { workload: argument, namespace: (await context.source()).defaultNamespace };
}

/** Asks all queries at once. Under `--compat` one that fails ends the run, as in the reference. */
async function ask(
  prometheus: Prometheus,
  queries: WorkloadQueries,
  context: CommandContext,
  isStrict: boolean,
): Promise<WorkloadSamples> {
  const one = async (expression: string): Promise<WorkloadSamples['p50']> => {
    const series = await prometheus.query(expression);
    if (series.ok) return series.value;
    if (isStrict) throw toMeshscopeError(series.error);
    return reasonOf(series.error);
  };
  context.terminal.progress(`asking ${prometheus.label}`);
  const { totalRps, errorRps, p50, p90, p99 } = queries;
  const all = await Promise.all([one(totalRps), one(errorRps), one(p50), one(p90), one(p99)]);
  return { totalRps: all[0], errorRps: all[1], p50: all[2], p90: all[3], p99: all[4] };
}

function reasonOf({ reason, next }: SourceError): string {
  return next === undefined ? reason : `${reason} (${next})`;
}

function noteFailure({ workload, namespace, reason }: WorkloadMetrics, context: CommandContext): void {
  if (reason === undefined) return;
  const what = namespace === null ? workload : proxyId({ name: workload, namespace });
  context.gap({ what: `metrics of ${what}`, why: reason });
}

/** For a workload without data: what Prometheus knows that is called nearly so, of `reviews` for instance `reviews-v1`. */
async function withNearNames(
  workloads: readonly WorkloadMetrics[],
  prometheus: Prometheus,
): Promise<readonly WorkloadMetrics[]> {
  if (!workloads.some(({ state }) => state === 'no-data')) return workloads;
  const values = await prometheus.labelValues('destination_workload');
  if (!values.ok) return workloads;
  return workloads.map((one) => {
    if (one.state !== 'no-data' || values.value.includes(one.workload)) return one;
    const near = nearest(one.workload, values.value);
    return near.length === 0 ? one : { ...one, near };
  });
}
