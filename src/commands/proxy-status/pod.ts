import { differenceProblem } from '../../answers/difference-problem.ts';
import { type FailRule, meetsFailOn } from '../../answers/fail-on.ts';
import { type ProxyRow, proxyStatus } from '../../answers/proxy-status.ts';
import type { PodSync, ZtunnelSync } from '../../answers/proxy-status-answer.ts';
import { diffProxySync } from '../../answers/proxy-sync-diff.ts';
import { compareSections } from '../../answers/section-compare.ts';
import { envoyPage, fileInput } from '../../cli/admin-page.ts';
import type { CommandContext } from '../../cli/context.ts';
import { collectSync, type MeshSync } from '../../cli/mesh-sync.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import { proxyIntent } from '../../cli/proxy-intent.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';

/** What the pod form is asked for. */
export interface PodOptions {
  readonly target: string;
  /** Envoy's dump from a file (`-` is stdin) instead of from the proxy. */
  readonly file: string | undefined;
  readonly failOn: readonly FailRule[];
}

/**
 * The pod form: what istiod would send now against what Envoy holds. Throws when the proxy is not connected, or when
 * either side's dump can't be had.
 */
export async function podStatus(
  context: CommandContext,
  options: PodOptions,
): Promise<PodSync | ZtunnelSync> {
  const ref = await resolveProxy(context, options.target);
  const proxy = proxyId(ref);
  const sync = await collectSync(context);
  const row = rowOf(context, sync, ref);
  if (isZtunnel(ref, row)) return { form: 'ztunnel', proxy };
  const intent = await proxyIntent(context, ref);
  if (!('dump' in intent)) throw noIntent(row, ref, intent.failure && toMeshscopeError(intent.failure));
  const page =
    options.file === undefined
      ? await envoyPage(context, ref, 'config_dump')
      : await fileInput(context, options.file);
  const envoy = await openDumpBytes(page.bytes, page.label);
  const diff = diffProxySync(intent.dump, envoy, intent.assignments);
  const comparisons = context.globals.compat ? compareSections(intent.dump, envoy) : [];
  if (comparisons.some((comparison) => comparison.approximate)) {
    await context.terminal.note(
      "the dumps are too large for the reference's choice of hunks; another one was made",
    );
  }
  const problems = row?.problems ?? [];
  const differs = differenceProblem(diff, context.now());
  const judged = { ...(row ?? emptyRow(ref)), problems: differs ? [...problems, differs] : problems };
  const failing = meetsFailOn([judged], options.failOn, context.now());
  return { form: 'pod', proxy, istiod: intent.istiod, diff, problems, comparisons, failing };
}

function rowOf(context: CommandContext, sync: MeshSync, ref: PodRef): ProxyRow | undefined {
  const { rows } = proxyStatus({ ...sync, now: context.now() });
  const named = rows.filter((row) => row.proxy === proxyId(ref));
  return named.find((row) => row.cluster === ref.cluster) ?? named[0];
}

function emptyRow(ref: PodRef): ProxyRow {
  const { namespace, cluster = '' } = ref;
  return {
    proxy: proxyId(ref),
    cluster,
    namespace,
    type: 'unknown',
    state: 'in-sync',
    problems: [],
    types: [],
  };
}

/** By its pod; by its name where the pod is not known, as the reference does. */
function isZtunnel(ref: PodRef, row: ProxyRow | undefined): boolean {
  return row === undefined || row.type === 'unknown'
    ? ref.name.startsWith('ztunnel')
    : row.type === 'ztunnel';
}

function noIntent(
  row: ProxyRow | undefined,
  ref: PodRef,
  failure: MeshscopeError | undefined,
): MeshscopeError {
  const proxy = proxyId(ref);
  const never = row?.problems.find((problem) => problem.kind === 'never-connected');
  if (never) {
    return new MeshscopeError('NotConnected', ExitCode.unreachable, `${proxy} is not connected to istiod`, {
      lines: [['why', never.detail]],
      hint: `kubectl logs ${ref.name} -n ${ref.namespace} -c istio-proxy shows what keeps it from connecting`,
    });
  }
  if (row === undefined) {
    return new MeshscopeError('NotConnected', ExitCode.notFound, `${proxy} has no proxy that istiod knows`, {
      hint: 'meshscope proxy-status --all lists the proxies',
    });
  }
  const [problem] = row.problems;
  return (
    failure ??
    new MeshscopeError('NotFound', ExitCode.notFound, `no istiod gave its configuration for ${proxy}`, {
      lines: problem?.kind === 'unknown' ? [['why', problem.detail]] : [],
      hint: `meshscope proxy-config all ${proxy} shows what its Envoy holds`,
    })
  );
}
