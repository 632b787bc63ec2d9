import type { Analyzer } from '../analysis/analyzer.ts';
import { parseSuppression, type Suppression } from '../analysis/suppression.ts';
import type { AnalysisAnswer } from '../answers/analysis.ts';
import { type AnalyzerList, listAnalyzers } from '../answers/analyzer-list.ts';
import { runAnalysis } from '../cli/analysis-run.ts';
import { analysisSettings, unnarrowed } from '../cli/analysis-settings.ts';
import { ANALYZE_OPTIONS, type AnalyzeInput, namedFiles } from '../cli/analyze-options.ts';
import { defineCommand, type Format } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { ownAnalyzers } from '../cli/own-analyzers.ts';
import { checkRenderOptions, renderedNames } from '../cli/render-options.ts';
import { reportFiles } from '../cli/report-files.ts';
import { KINDS } from '../mesh/kinds.ts';
import { ExitCode, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

const REPORTERS = {
  log: () => import('../report/analysis/log.ts').then((module) => module.log),
  table: () => import('../report/analysis/table.ts').then((module) => module.table),
  json: () => import('../report/analysis/messages.ts').then((module) => module.json),
  yaml: () => import('../report/analysis/messages.ts').then((module) => module.yaml),
  sarif: () => import('../report/analysis/sarif.ts').then((module) => module.sarif),
  junit: () => import('../report/analysis/junit.ts').then((module) => module.junit),
  github: () => import('../report/analysis/github.ts').then((module) => module.github),
  gitlab: () => import('../report/analysis/gitlab.ts').then((module) => module.gitlab),
  markdown: () => import('../report/analysis/markdown.ts').then((module) => module.markdown),
} as const;
const FORMATS = Object.keys(REPORTERS) as readonly Format[];

export const command = defineCommand<typeof ANALYZE_OPTIONS, AnalysisAnswer | AnalyzerList>({
  name: 'analyze',
  description:
    'Checks configuration: files, the mesh, or files as they would be in the mesh. Says what is wrong, where, why it matters and what to change.',
  args: [
    {
      name: 'path',
      description: 'files and folders; - for stdin; without any, the mesh is analyzed',
      variadic: true,
      completes: 'file',
    },
  ],
  options: ANALYZE_OPTIONS,
  examples: [
    { command: 'meshscope analyze --from demo', explains: 'the bundled mesh' },
    { command: 'meshscope analyze config/', explains: 'files alone: no cluster is asked' },
    {
      command: 'meshscope analyze config/ --from demo --diff',
      explains: 'what files would break or repair in a mesh; --use-kube for the cluster',
    },
    {
      command: 'meshscope analyze config/ --failure-threshold warning',
      explains: 'a gate for pull requests',
    },
    { command: 'meshscope analyze config/ --rules policy/', explains: 'with rules of your own' },
    {
      command:
        'meshscope analyze config/ -o github --report sarif=meshscope.sarif --report junit=meshscope.xml',
      explains: 'several formats at once',
    },
  ],
  stability: 'stable',
  needs: [],
  rights: (input) => ({
    scope: 'mesh',
    reads:
      namedFiles(input).length > 0 && !input.options.useKube
        ? []
        : Object.values(KINDS)
            .filter(({ group }) => group !== 'mesh.istio.io')
            .map(({ group, plural }) => ({ group, resource: plural, in: 'cluster' as const })),
    note: 'A kind that may not be listed is named, and what needs it is not checked. Of Secrets only those are read that a gateway or the mesh names.',
  }),
  validate: (input, { globals }) => {
    const { options } = input;
    checkRenderOptions(options);
    if (options.changedSince !== undefined && renderedNames(options).length > 0)
      throw usageError('--changed-since can not tell what of rendered configuration has changed', {
        hint: 'list only what is new with --baseline',
      });
    suppressionsOf(options.suppress);
    reportFiles(options.report, FORMATS);
    if (!options.diff) return;
    const hasMesh = options.useKube || globals.from !== undefined || globals.context !== undefined;
    if (namedFiles(input).length === 0 || !hasMesh)
      throw usageError('--diff compares files with a mesh', {
        hint: 'name files, and the mesh with --use-kube or --from',
      });
    if (options.baseline !== undefined) throw usageError('--diff and --baseline exclude each other');
  },
  run: analyze,
  reporters: REPORTERS,
  compatReporters: {
    log: () => import('../report/compat/analysis.ts').then((module) => module.log),
    json: () => import('../report/compat/analysis.ts').then((module) => module.json),
    yaml: () => import('../report/compat/analysis.ts').then((module) => module.yaml),
  },
  compatStderr: async (answer, input, { globals, format }) => {
    if (!('findings' in answer)) return '';
    const { compatStderr } = await import('../report/compat/analysis.ts');
    const namespace = globals.allNamespaces ? undefined : globals.namespace || 'default';
    return compatStderr(answer, format === 'log', namedFiles(input), namespace);
  },
  reports: ({ options }) => reportFiles(options.report, FORMATS),
  exitCode: (answer, { options }, { globals, format }) => {
    if (!('findings' in answer)) return ExitCode.ok;
    // The reference's exit code depends on the format; whoever asks for it gets it.
    if (globals.compat && format !== 'log') return ExitCode.ok;
    if (answer.failing) return ExitCode.findings;
    if (answer.isIncomplete && !options.ignoreUnknown) return ExitCode.data;
    return answer.hasGaps && options.failOnIncomplete ? ExitCode.partial : ExitCode.ok;
  },
});

async function analyze(input: AnalyzeInput, given: CommandContext): Promise<AnalysisAnswer | AnalyzerList> {
  const { ANALYZERS, CATALOGUE } = await import('../../analyzers/index.ts');
  const { options } = input;
  const settings = analysisSettings(given, options);
  const context = unnarrowed(given, settings);
  const { file, notLoaded } = settings;
  if (notLoaded.length > 0)
    await context.terminal.note(
      `${file} names plugins (${notLoaded.join(', ')}), which are not loaded: a file that was found by itself loads no code; --config ${file} loads them`,
    );
  const all = [...ANALYZERS, ...(await ownAnalyzers(context, settings, ANALYZERS))];
  if (options.listAnalyzers) return listAnalyzers(all);
  const suppressions = suppressionsOf(options.suppress);
  for (const { code } of suppressions) {
    const isKnown = code in CATALOGUE || all.some(({ messages }) => code in messages);
    if (isKnown || context.globals.compat) continue;
    await context.terminal.note(`--suppress: there is no code ${code}, so it hides nothing`);
  }
  const analyzers = chosenAnalyzers(all, options.analyzer);
  return runAnalysis(context, input, { analyzers, catalogue: CATALOGUE, suppressions, settings });
}

function suppressionsOf(texts: readonly string[]): readonly Suppression[] {
  return texts.map((one) => {
    const suppression = parseSuppression(one);
    if (suppression !== undefined) return suppression;
    throw usageError(`--suppress: "${one}" is not of the form CODE=RESOURCE`, {
      hint: `--suppress "IST0102=Namespace shop*"`,
    });
  });
}

/** Analyzers by name; the reference's names and, for those of one kind, `schema.*` count too. */
function chosenAnalyzers(all: readonly Analyzer[], names: readonly string[]): readonly Analyzer[] {
  if (names.length === 0) return all.filter(({ isOptIn }) => isOptIn !== true);
  return names.flatMap((name) => {
    const found = all.filter((one) => one.name === name || one.referenceName === name);
    if (found.length > 0) return found;
    const near = nearest(
      name,
      all.flatMap((one) => [one.name, one.referenceName ?? one.name]),
    );
    throw usageError(`there is no analyzer "${name}"`, {
      lines: near.length === 0 ? [] : [['near', near.join(', ')]],
      hint: 'meshscope analyze --list-analyzers lists them',
    });
  });
}
