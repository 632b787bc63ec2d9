import { DIFF_SECTIONS, type DiffSection, meshDiffExitCode } from '../answers/mesh-diff/mesh-diff.ts';
import { analysisSettings } from '../cli/analysis-settings.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { compareMeshes } from '../cli/mesh-diff/compare-meshes.ts';
import type { FindingsRequest } from '../cli/mesh-diff/read-findings.ts';
import { LIVE, openSides } from '../cli/mesh-diff/sides.ts';
import { flag, list, text } from '../cli/options.ts';
import { ownAnalyzers } from '../cli/own-analyzers.ts';
import { ISTIOD_RIGHTS } from '../cli/rights.ts';
import { KINDS } from '../mesh/kinds.ts';
import type { MeshDiffView } from '../report/mesh-diff/view.ts';
import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

const OPTIONS = {
  only: list('--only <sections>', `compare these: ${DIFF_SECTIONS.join(', ')}`, { min: 1 }),
  proxy: text(
    '--proxy <pod>',
    'compare the state and configuration of one proxy, with the names of what differs; configuration of a live mesh is compared only so',
  ),
  all: flag('--all', 'list everything that differs, with all fields and names'),
} as const;

export const command = defineCommand<typeof OPTIONS, MeshDiffView>({
  name: 'diff',
  description:
    'Says what changed in a mesh between two moments: findings, proxies and their configuration, versions, the mesh configuration and objects. A and B are recordings; without B, or as "live", the mesh of the kubeconfig. What a side does not hold is not compared. Exits with 1 when they differ.',
  args: [
    {
      name: 'a',
      description: 'what was: a folder, an archive, - for stdin, demo, or live',
      required: true,
      completes: 'file',
    },
    {
      name: 'b',
      description: 'what is, the same; without it the mesh of --from, else the live one',
      completes: 'file',
    },
  ],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope diff demo demo',
      explains: 'two recordings, such as before and after (here twice the same)',
    },
    {
      command: 'meshscope diff demo demo-ambient --only versions,proxies',
      explains: 'two meshes, some sections',
    },
    {
      command: 'meshscope diff demo demo -n shop --proxy deploy/cart-v1.shop',
      explains: 'one proxy, resource by resource',
    },
    {
      command: 'meshscope diff demo demo -o markdown',
      explains: 'for a ticket; with one archive alone the live mesh is B: what changed since then',
    },
  ],
  stability: 'experimental',
  needs: [],
  rights: ({ args: [a = '', b] }, globals) => {
    const isLive = a === LIVE || b === LIVE || (b === undefined && globals.from === undefined);
    if (!isLive) return { scope: 'none' };
    return {
      scope: 'mesh',
      reads: [
        ...Object.values(KINDS)
          .filter(({ group }) => group !== 'mesh.istio.io')
          .map(({ group, plural }) => ({ group, resource: plural, in: 'mesh' as const })),
        ...ISTIOD_RIGHTS,
      ],
      note: 'Other kinds that the recording holds are listed, too. A kind that may not be listed is named, and not compared.',
    };
  },
  validate: ({ args: [a, b], options }, { globals }) => {
    sectionsOf(options);
    if (b !== undefined && globals.from !== undefined)
      throw usageError('B and --from name the same side', { hint: 'give one of them: meshscope diff A B' });
    if (a === LIVE && (b ?? globals.from ?? LIVE) === LIVE)
      throw usageError('both sides are the live mesh', {
        hint: 'meshscope diff ARCHIVE compares it with then',
      });
    if (a === '-' && (b ?? globals.from) === '-')
      throw usageError('both sides are stdin', { hint: 'meshscope diff A -' });
    if ((globals.context ?? globals.kubeconfig) !== undefined && a !== LIVE && b !== undefined && b !== LIVE)
      throw usageError('--context and --kubeconfig name a live cluster, and both sides are recordings', {
        hint: `meshscope diff ${a} ${LIVE}`,
      });
  },
  run: async ({ args: [a = '', b], options }, context) => {
    const started = performance.now();
    const sides = await openSides(context, a, b);
    try {
      const diff = await compareMeshes(context, sides, {
        sections: sectionsOf(options),
        proxy: options.proxy,
        findings: () => findingsRequest(context, started),
      });
      sides.noteGaps();
      return { diff, all: options.all || options.proxy !== undefined };
    } finally {
      await sides.close();
    }
  },
  reporters: {
    table: () => import('../report/mesh-diff/table.ts').then((module) => module.table),
    json: () => import('../report/mesh-diff/view.ts').then((module) => module.json),
    yaml: () => import('../report/mesh-diff/view.ts').then((module) => module.yaml),
    markdown: () => import('../report/mesh-diff/markdown.ts').then((module) => module.markdown),
  },
  exitCode: ({ diff }) => meshDiffExitCode(diff),
});

/** All sections, those of `--only`, or with `--proxy` what is about proxies. Throws exit 64 for a word that is none. */
function sectionsOf({
  only,
  proxy,
}: {
  only: readonly string[];
  proxy: string | undefined;
}): readonly DiffSection[] {
  if (only.length === 0) return proxy === undefined ? DIFF_SECTIONS : ['proxies'];
  return only.map((word) => {
    const section = DIFF_SECTIONS.find((one) => one === word);
    if (section !== undefined) return section;
    const [near] = nearest(word, DIFF_SECTIONS, 1);
    throw usageError(`--only: "${word}" is not a section`, {
      lines: near ? [['near', near]] : [],
      hint: `--only takes ${DIFF_SECTIONS.join(', ')}`,
    });
  });
}

/** The analyzers of a plain `analyze`, and how the configuration file judges what they find. */
async function findingsRequest(context: CommandContext, started: number): Promise<FindingsRequest> {
  const { ANALYZERS } = await import('../../analyzers/index.ts');
  const none = { profile: undefined, failureThreshold: undefined, outputThreshold: undefined };
  const settings = analysisSettings(context, { ...none, plugin: [], rules: [] });
  const analyzers = [...ANALYZERS, ...(await ownAnalyzers(context, settings, ANALYZERS))];
  const { timeout } = context.globals;
  return {
    analyzers: analyzers.filter(({ isOptIn }) => isOptIn !== true),
    settings,
    leftMs: timeout > 0 ? Math.max(1, timeout - (performance.now() - started)) : 0,
  };
}
