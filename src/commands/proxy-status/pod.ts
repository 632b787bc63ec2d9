import { differenceProblem } from '../../answers/difference-problem.ts';
import { type FailRule, meetsFailOn } from '../../answers/fail-on.ts';
import type { ProxyProblem } from '../../answers/proxy-problem.ts';
import type { ProxyRow } from '../../answers/proxy-row.ts';
import { proxyStatus } from '../../answers/proxy-status.ts';
import type { PodSync, ZtunnelSync } from '../../answers/proxy-status-answer.ts';
import { diffProxySync, type ProxySyncDiff } from '../../answers/proxy-sync-diff.ts';
import { compareSections } from '../../answers/section-compare.ts';
import { envoyPage, fileInput } from '../../cli/admin-page.ts';
import type { OutsideValues } from '../../cli/admin-port.ts';
import type { CommandContext } from '../../cli/context.ts';
import { collectSync, type MeshSync } from '../../cli/mesh-sync.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import { proxyIntent } from '../../cli/proxy-intent.ts';
import { nodeOf } from '../../envoy/bootstrap.ts';
import { type ConfigDump, openDumpBytes } from '../../envoy/dump.ts';
import { type PodRef, parseProxyId, proxyId } from '../../kube/pod-ref.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { dataError, ExitCode, MeshscopeError } from '../../util/errors.ts';
import { asString } from '../../util/json.ts';
import { escapeLine } from '../../util/text.ts';

/** What the pod form is asked for. */
export interface PodOptions {
  /** Where Envoy's dump is had: of a pod, or from a file (`-` is stdin) in its place, or from an Envoy outside. */
  readonly envoy:
    | { readonly target: string; readonly file: string | undefined }
    | { readonly outside: OutsideValues & { readonly proxyAdminPort: number } };
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
  const { ref, readDump } = await envoySide(context, options.envoy);
  const proxy = proxyId(ref);
  const sync = await collectSync(context, ref.namespace);
  const row = rowOf(context, sync, ref);
  if (isZtunnel(ref, row)) return ztunnelStatus(context, ref, row, options);
  const intent = await proxyIntent(context, ref);
  if (!('dump' in intent)) throw noIntent(row, ref, intent.failure && toMeshscopeError(intent.failure));
  const envoy = await readDump();
  const diff = diffProxySync(intent.dump, envoy, intent.assignments);
  const comparisons = context.globals.compat ? compareSections(intent.dump, envoy) : [];
  if (comparisons.some((comparison) => comparison.approximate)) {
    await context.terminal.note(
      "the dumps are too large for the reference's choice of hunks; another one was made",
    );
  }
  const problems = row?.problems ?? [];
  const differs = differenceProblem(diff, context.now());
  const found = [...problems, ...(differs ? [differs] : []), ...skippedProblems(diff)];
  const judged = { ...(row ?? emptyRow(ref)), problems: found };
  const failing = meetsFailOn([judged], options.failOn, context.now());
  return { form: 'pod', proxy, istiod: intent.istiod, diff, problems, comparisons, failing };
}

/** A proxy, and what its Envoy holds. */
interface EnvoySide {
  readonly ref: PodRef;
  readonly readDump: () => Promise<ConfigDump>;
}

/** The proxy that is asked about; an Envoy outside Kubernetes says itself which one it is. */
async function envoySide(context: CommandContext, envoy: PodOptions['envoy']): Promise<EnvoySide> {
  if ('outside' in envoy) {
    const { besideDocument } = await import('../../cli/beside.ts');
    const { bytes, label } = await besideDocument(context, envoy.outside, 'config_dump');
    const dump = await openDumpBytes(bytes, label);
    return { ref: ownName(dump, label), readDump: async () => dump };
  }
  const { target, file } = envoy;
  const ref = await resolveProxy(context, target);
  const readDump = async (): Promise<ConfigDump> => {
    const page =
      file === undefined ? await envoyPage(context, ref, 'config_dump') : await fileInput(context, file);
    return openDumpBytes(page.bytes, page.label);
  };
  return { ref, readDump };
}

/** Which proxy an Envoy is, by its node ID (`sidecar~ADDRESS~NAME.NAMESPACE~DOMAIN`). Throws when that is no proxy's. */
function ownName(dump: ConfigDump, label: string): PodRef {
  const { id = '', metadata } = nodeOf(dump);
  const [, , name, domain] = id.split('~');
  const ref = name === undefined || domain === undefined ? undefined : parseProxyId(name);
  if (ref !== undefined) return { ...ref, cluster: asString(metadata['CLUSTER_ID']) };
  throw dataError(`${label} does not say which proxy of the mesh it is`, {
    lines: [['why', id === '' ? 'its bootstrap names no node' : `its node ID is "${escapeLine(id)}"`]],
    hint: 'is it an Envoy that Istio started? proxy-config all shows what it holds',
  });
}

function skippedProblems({ skipped }: ProxySyncDiff): ProxyProblem[] {
  return skipped.map(({ kind, why }) => ({ kind: 'not-compared', types: [], detail: `${kind}s: ${why}` }));
}

/** A ztunnel's state as istiod tells it: it has no dump to compare. Throws when it is not connected. */
function ztunnelStatus(
  context: CommandContext,
  ref: PodRef,
  row: ProxyRow | undefined,
  { failOn }: PodOptions,
): ZtunnelSync {
  const form = { form: 'ztunnel', proxy: proxyId(ref), row } as const;
  if (context.globals.compat) return { ...form, failing: false };
  if (row?.istiod === undefined) throw noIntent(row, ref, undefined);
  return { ...form, failing: meetsFailOn([row], failOn, context.now()) };
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
  const never = row?.problems.find(({ kind }) => kind === 'never-connected' || kind === 'starting');
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
      hint:
        row.type === 'ztunnel' ? undefined : `meshscope proxy-config all ${proxy} shows what its Envoy holds`,
    })
  );
}
