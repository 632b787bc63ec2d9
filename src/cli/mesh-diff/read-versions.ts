import { diffVersions, type VersionsDiff, type VersionsSide } from '../../answers/mesh-diff/versions.ts';
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
  return {
    istiod: known(await istiodVersions(side, state)),
    proxies: known(await proxyVersions(side, state)),
    nodes: wantedNamespace(side.context) === undefined ? known(await nodeVersions(side)) : undefined,
  };
}

function known(versions: readonly string[]): readonly string[] | undefined {
  return versions.length === 0 ? undefined : versions;
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
