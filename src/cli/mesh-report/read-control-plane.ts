import { istiodMetrics } from '../../answers/mesh-report/istiod-metrics.ts';
import type { ReportIstiod, ReportVersions } from '../../answers/mesh-report/mesh-report.ts';
import { reportVersions } from '../../answers/mesh-report/versions.ts';
import type { ProxyStatus } from '../../answers/proxy-status.ts';
import { versionSkew } from '../../answers/version-skew.ts';
import { parseBuildInfo } from '../../istiod/build-info.ts';
import { mergeSync } from '../../istiod/sync.ts';
import { compareText } from '../../util/text.ts';
import type { CommandContext } from '../context.ts';
import { type ChosenReply, chosenIstiods } from '../istiod-replies.ts';
import { noteMissing, notePartial } from '../missing.ts';
import { wantedNamespace } from '../namespaces.ts';
import { recordedVersions } from '../recorded-versions.ts';

/** What the metrics of each istiod say; one whose metrics can't be had says why. */
export async function controlPlane(context: CommandContext): Promise<readonly ReportIstiod[]> {
  const istiods = await chosenIstiods(context);
  const replies = await istiods.ask({ channel: 'metrics', name: 'metrics' });
  return replies
    .map((reply) => ofReply(context, reply))
    .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.istiod, b.istiod));
}

function ofReply(context: CommandContext, { istiod, answer }: ChosenReply): ReportIstiod {
  const { name, namespace } = istiod;
  const what = `metrics of ${name}`;
  noteMissing(context, what, answer);
  if (!answer.ok) return { istiod: name, namespace, unread: answer.error.reason };
  const text = Buffer.from(answer.value).toString('utf8');
  return istiodMetrics({ istiod: name, namespace, text, now: context.now() });
}

/** Who runs which version: istiods by their own word, proxies by that of istiod, nodes by Kubernetes'. */
export async function versions(
  context: CommandContext,
  status: ProxyStatus | undefined,
): Promise<ReportVersions> {
  const source = await context.source();
  const istiods = await chosenIstiods(context);
  const [replies, nodes] = await Promise.all([
    istiods.ask({ channel: 'version', name: 'version' }),
    source.resources({ group: '', plural: 'nodes' }),
  ]);
  noteMissing(context, 'nodes', nodes);
  const control = replies.flatMap((reply) => istiodVersion(context, reply));
  const syncs = status?.istiods.flatMap(({ sync }) => sync ?? []) ?? [];
  const isAsked = askedFor(context, status);
  const recorded =
    syncs.length === 0 ? (await recordedVersions(context)).filter(({ ID }) => isAsked(ID)) : [];
  const known = new Map(control.map(({ pod, version }) => [pod, version]));
  return reportVersions({
    istiods: control,
    proxies:
      syncs.length === 0
        ? recorded.map(({ IstioVersion }) => IstioVersion)
        : (status?.rows ?? []).map(({ version }) => version),
    skew: versionSkew(mergeSync(syncs), known),
    nodes: nodes.ok ? nodes.value : [],
  });
}

/** Whether a proxy, by its ID, is looked at: with `-n` and `-r` those alone whose states are. */
export function askedFor(
  context: CommandContext,
  status: ProxyStatus | undefined,
): (proxy: string) => boolean {
  const isWhole = wantedNamespace(context) === undefined && context.globals.revision === undefined;
  if (isWhole || status === undefined) return () => true;
  const names = new Set(status.rows.map(({ proxy }) => proxy));
  return (proxy) => names.has(proxy);
}

function istiodVersion(
  context: CommandContext,
  { istiod, answer, revision }: ChosenReply,
): readonly { readonly pod: string; readonly version: string; readonly revision: string }[] {
  const what = `version of ${istiod.name}`;
  notePartial(context, what, answer);
  const info = answer.ok ? parseBuildInfo(Buffer.from(answer.value).toString('utf8')) : undefined;
  if (info !== undefined) return [{ pod: istiod.name, version: info.version, revision: revision ?? '' }];
  context.gap({ what, why: answer.ok ? 'not a version' : answer.error.reason });
  return [];
}
