import {
  connectionVersions,
  type MeshVersion,
  proxyVersion,
  type VersionAnswer,
} from '../answers/version.ts';
import { versionSkew } from '../answers/version-skew.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { type ChosenReply, chosenIstiods, jsonOf } from '../cli/istiod-replies.ts';
import { notePartial } from '../cli/missing.ts';
import { flag } from '../cli/options.ts';
import { recordedVersions } from '../cli/recorded-versions.ts';
import { ISTIOD_RIGHTS } from '../cli/rights.ts';
import { checkXds, XDS_OPTIONS, xdsLive } from '../cli/xds-options.ts';
import { type BuildInfo, parseBuildInfo } from '../istiod/build-info.ts';
import { mergeSync } from '../istiod/sync.ts';
import { parseHttpSyncz } from '../istiod/syncz.ts';
import { MeshscopeError } from '../util/errors.ts';
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
  description:
    'Shows the version of meshscope, and of the control plane and proxies of the mesh; names the proxies that are older or newer than their control plane.',
  args: [],
  options: {
    short: flag('-s, --short', 'one line a component (the default)', true),
    remote: flag('--remote', 'also the versions of the mesh', true),
    ...XDS_OPTIONS,
  },
  examples: [
    { command: 'meshscope version --from demo', explains: 'versions of the bundled mesh' },
    { command: 'meshscope version --remote=false', explains: 'only the version of meshscope' },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ options }, context) => checkXds(options, context),
  live: ({ options }) => xdsLive(options),
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
  compatReporters: {
    table: () => import('../report/version.ts').then((module) => module.compatTable),
    json: () => import('../report/version.ts').then((module) => module.compatJson),
    yaml: () => import('../report/version.ts').then((module) => module.compatYaml),
  },
});

/** Versions of each istiod and of the proxies connected to it; what can't be read is a gap. */
async function meshVersions(context: CommandContext): Promise<Omit<VersionAnswer, 'clientVersion'>> {
  const istiods = await chosenIstiods(context);
  const [versions, pages] = await Promise.all([
    istiods.ask({ channel: 'version', name: 'version' }),
    istiods.ask({ channel: 'debug', name: 'syncz' }),
  ]);
  if (versions.length === 0) context.gap({ what: 'control plane version', why: istiods.noneText() });
  const meshVersion = versions.flatMap((reply) => controlPlaneVersion(context, reply));
  const documents = pages.flatMap((reply) => {
    const { name } = reply.istiod;
    const document = jsonOf(context, `proxies of ${name}`, reply);
    const sync = document === undefined ? undefined : parseHttpSyncz(document, name);
    return sync === undefined ? [] : [{ document, sync }];
  });
  if (documents.length === 0) {
    const recorded = context.globals.compat ? [] : await recordedVersions(context);
    return recorded.length === 0 ? { meshVersion } : { meshVersion, dataPlaneVersion: recorded };
  }
  if (context.globals.compat)
    return {
      meshVersion,
      dataPlaneVersion: documents.flatMap(({ document }) => connectionVersions(document)),
    };
  const proxies = mergeSync(documents.map(({ sync }) => sync));
  const known = new Map(
    versions.flatMap((reply) => {
      const info = buildInfo(reply);
      return info === undefined ? [] : [[reply.istiod.name, info.version] as const];
    }),
  );
  return { meshVersion, dataPlaneVersion: proxies.map(proxyVersion), skew: versionSkew(proxies, known) };
}

function buildInfo({ answer }: ChosenReply): BuildInfo | undefined {
  return answer.ok ? parseBuildInfo(Buffer.from(answer.value).toString('utf8')) : undefined;
}

function controlPlaneVersion(context: CommandContext, reply: ChosenReply): MeshVersion[] {
  const what = `version of ${reply.istiod.name}`;
  notePartial(context, what, reply.answer);
  const info = buildInfo(reply);
  if (info !== undefined) return [{ Component: 'pilot', Revision: reply.revision ?? '', Info: info }];
  context.gap({ what, why: reply.answer.ok ? 'not a version' : reply.answer.error.reason });
  return [];
}
