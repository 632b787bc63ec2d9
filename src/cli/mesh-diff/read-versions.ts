import {
  diffVersions,
  type KnownVersions,
  type VersionsDiff,
  type VersionsSide,
} from '../../answers/mesh-diff/versions.ts';
import type { ProxyStatus } from '../../answers/proxy-status.ts';
import { parseBuildInfo } from '../../istiod/build-info.ts';
import { asString, field } from '../../util/json.ts';
import { lacks } from '../missing.ts';
import { wantedNamespace } from '../namespaces.ts';
import { recordedVersions } from '../recorded-versions.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** Compares the versions of istiods, proxies and (but under `-n`) nodes. */
export async function readVersionsDiff(
  { left, right }: DiffSides,
  states: { readonly left: ProxyStatus; readonly right: ProxyStatus },
): Promise<VersionsDiff> {
  return diffVersions(await versionsOf(left, states.left), await versionsOf(right, states.right));
}

async function versionsOf(side: DiffSide, state: ProxyStatus): Promise<VersionsSide> {
  const nodes = wantedNamespace(side.context) === undefined ? await nodeVersions(side) : [];
  return {
    istiod: known(await istiodVersions(side, state), state.istiods.length),
    proxies: known(await proxyVersions(side, state), state.podsKnown ? 0 : Number.POSITIVE_INFINITY),
    nodes: known(nodes, 0),
  };
}

/** Fewer than the least that there are may not be all of them. */
function known(versions: readonly string[], least: number): KnownVersions | undefined {
  return versions.length === 0 ? undefined : { versions, isWhole: versions.length >= least };
}

async function istiodVersions({ source }: DiffSide, { istiods }: ProxyStatus): Promise<readonly string[]> {
  const told = istiods.flatMap(({ sync }) => sync?.istiodVersion ?? []);
  if (told.length > 0) return told;
  const replies = await source.istiod({ channel: 'version', name: 'version' });
  return replies.flatMap(({ answer }) => {
    const info = answer.ok ? parseBuildInfo(Buffer.from(answer.value).toString('utf8')) : undefined;
    return info?.version ?? [];
  });
}

async function proxyVersions({ context }: DiffSide, { rows }: ProxyStatus): Promise<readonly string[]> {
  const told = rows.flatMap(({ version }) => version ?? []);
  if (told.length > 0) return told;
  return (await recordedVersions(context)).map(({ IstioVersion }) => IstioVersion);
}

async function nodeVersions({ source }: DiffSide): Promise<readonly string[]> {
  const nodes = await source.resources({ group: '', plural: 'nodes' });
  if (!nodes.ok || lacks(nodes).length > 0) return [];
  return nodes.value.flatMap((node) => asString(field(node, 'status', 'nodeInfo', 'kubeletVersion')) ?? []);
}
