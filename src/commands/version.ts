import { type MeshVersion, type ProxyVersion, proxyVersion, type VersionAnswer } from '../answers/version.ts';
import { inIstioNamespace } from '../cli/chosen-istiods.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { noteMissing, notePartial } from '../cli/missing.ts';
import { flag } from '../cli/options.ts';
import { recordedVersions } from '../cli/recorded-versions.ts';
import { ISTIOD_RIGHTS } from '../cli/rights.ts';
import { type BuildInfo, parseBuildInfo } from '../istiod/build-info.ts';
import { mergeSync } from '../istiod/sync.ts';
import { parseHttpSyncz } from '../istiod/syncz.ts';
import { MeshscopeError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import { MESHSCOPE_VERSION } from '../util/version.ts';

const CLIENT: BuildInfo = {
  version: MESHSCOPE_VERSION,
  revision: '',
  golang_version: '',
  status: '',
  tag: MESHSCOPE_VERSION,
};

export const command = defineCommand({
  name: 'version',
  description: 'Shows the version of meshscope, and of the control plane and proxies of the mesh.',
  args: [],
  options: {
    short: flag('-s, --short', 'one line a component (the default)', true),
    remote: flag('--remote', 'also the versions of the mesh', true),
  },
  examples: [
    { command: 'meshscope version --from demo', explains: 'versions of the bundled mesh' },
    { command: 'meshscope version --remote=false', explains: 'only the version of meshscope' },
  ],
  stability: 'stable',
  needs: [],
  rights: ({ options }) => ({ scope: 'mesh', reads: options.remote ? ISTIOD_RIGHTS : [] }),
  run: async ({ options }, context): Promise<VersionAnswer> => {
    if (!options.remote) return { clientVersion: CLIENT };
    try {
      return { clientVersion: CLIENT, ...(await meshVersions(context)) };
    } catch (error) {
      // A machine without a cluster still has a client version to tell.
      if (!(error instanceof MeshscopeError) || context.globals.from !== undefined) throw error;
      context.gap({ what: 'versions of the mesh', why: error.message, next: error.hint });
      return { clientVersion: CLIENT };
    }
  },
  reporters: {
    table: () => import('../report/version.ts').then((module) => module.table),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
});

/** Versions of each istiod and of the proxies connected to it; what can't be read is a gap. */
async function meshVersions(
  context: CommandContext,
): Promise<{ meshVersion: readonly MeshVersion[]; dataPlaneVersion?: readonly ProxyVersion[] }> {
  const source = await context.source();
  const [versions, pages] = await Promise.all([
    source.istiod({ channel: 'version', name: 'version' }).then((all) => inIstioNamespace(context, all)),
    source.istiod({ channel: 'debug', name: 'syncz' }).then((all) => inIstioNamespace(context, all)),
  ]);
  const meshVersion: MeshVersion[] = [];
  for (const { istiod, answer } of versions) {
    notePartial(context, `version of ${istiod.name}`, answer);
    const info = answer.ok ? parseBuildInfo(Buffer.from(answer.value).toString('utf8')) : undefined;
    if (info !== undefined)
      meshVersion.push({ Component: 'pilot', Revision: source.revision ?? '', Info: info });
    else
      context.gap({
        what: `version of ${istiod.name}`,
        why: answer.ok ? 'not a version' : answer.error.reason,
      });
  }
  const syncs = pages.flatMap(({ istiod, answer }) => {
    noteMissing(context, `proxies of ${istiod.name}`, answer);
    if (!answer.ok) return [];
    return parseHttpSyncz(loadJson(answer.value, `syncz of ${istiod.name}`), istiod.name) ?? [];
  });
  if (versions.length === 0)
    context.gap({ what: 'control plane version', why: 'no istiod is in this source' });
  if (syncs.length > 0) return { meshVersion, dataPlaneVersion: mergeSync(syncs).map(proxyVersion) };
  const recorded = context.globals.compat ? [] : await recordedVersions(context);
  return recorded.length === 0 ? { meshVersion } : { meshVersion, dataPlaneVersion: recorded };
}
