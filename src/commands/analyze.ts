import type { Analyzer } from '../analysis/analyzer.ts';
import { LEVELS } from '../analysis/message.ts';
import { auditCodes, PROFILES } from '../analysis/profile.ts';
import { runAnalyzers } from '../analysis/runner.ts';
import { judge } from '../analysis/settings/judge.ts';
import { parseSuppression, type Suppression } from '../analysis/suppression.ts';
import { type AnalysisAnswer, shownFindings } from '../answers/analysis.ts';
import { type AnalyzerList, listAnalyzers } from '../answers/analyzer-list.ts';
import { readAnalysisInput } from '../cli/analysis-input.ts';
import { analysisSettings, heldText, unnarrowed } from '../cli/analysis-settings.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { crdCheckOf, noteUnevaluated } from '../cli/crd-check-of.ts';
import { locate } from '../cli/located-findings.ts';
import { wantedNamespace } from '../cli/namespaces.ts';
import { choice, flag, list, text } from '../cli/options.ts';
import { ownAnalyzers } from '../cli/own-analyzers.ts';
import { isStandIn } from '../mesh/default-gateway.ts';
import { createResourceSet } from '../mesh/resource-set.ts';
import { ExitCode, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';

const LEVEL_SYNONYMS = { Error: 'error', Warning: 'warning', Info: 'info' } as const;

const OPTIONS = {
  useKube: flag('-k, --use-kube', 'with files: analyze them over the resources of the cluster'),
  failureThreshold: choice(
    '--failure-threshold <level>',
    'exit with 79 from this level on (otherwise error)',
    LEVELS,
    undefined,
    { synonyms: LEVEL_SYNONYMS },
  ),
  outputThreshold: choice(
    '--output-threshold <level>',
    'list findings from this level on (otherwise info)',
    LEVELS,
    undefined,
    { synonyms: LEVEL_SYNONYMS },
  ),
  profile: choice(
    '--profile <name>',
    'ci: without notes that are not certain; audit: with audits; all: with what is turned off, too',
    PROFILES,
    undefined,
  ),
  plugin: list('--plugin <file>', 'analyzers of your own: a module, or the name of a package; repeatable'),
  rules: list('--rules <path>', 'rules of your own in YAML: files or folders; repeatable'),
  suppress: list(
    '-S, --suppress <code=resource>',
    'do not report a code on resources: "IST0102=Namespace shop*"',
  ),
  ignoreUnknown: flag('--ignore-unknown', 'do not fail for documents that can not be read'),
  meshConfigFile: text('--meshConfigFile <file>', 'mesh configuration to use over that of the mesh'),
  crds: list('--crds <path>', 'judge the files by the CRDs in this file or folder, too; repeatable'),
  analyzer: list('--analyzer <name>', 'run this analyzer only; repeatable'),
  listAnalyzers: flag('-L, --list-analyzers', 'list the analyzers and do nothing else'),
  recursive: flag(
    '-R, --recursive',
    'accepted for scripts: folders are always read with all below them',
    true,
  ),
};

type Input = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, AnalysisAnswer | AnalyzerList>({
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
  options: OPTIONS,
  examples: [
    { command: 'meshscope analyze --from demo', explains: 'the bundled mesh' },
    { command: 'meshscope analyze config/', explains: 'files alone: no cluster is asked' },
    { command: 'meshscope analyze --use-kube config/', explains: 'files as they would be in the cluster' },
    {
      command: 'meshscope analyze config/ --failure-threshold warning',
      explains: 'a gate for pull requests',
    },
    { command: 'meshscope analyze config/ --rules policy/', explains: 'with rules of your own' },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ options }) => {
    suppressionsOf(options.suppress);
  },
  run: analyze,
  reporters: {
    log: () => import('../report/analysis/log.ts').then((module) => module.log),
    json: () => import('../report/analysis/messages.ts').then((module) => module.json),
    yaml: () => import('../report/analysis/messages.ts').then((module) => module.yaml),
  },
  exitCode: (answer, { options }) => {
    if (!('findings' in answer)) return ExitCode.ok;
    if (answer.failing) return ExitCode.findings;
    return !options.ignoreUnknown && answer.unreadable.some(({ lost }) => lost) ? ExitCode.data : ExitCode.ok;
  },
});

async function analyze(
  { args, options }: Input,
  given: CommandContext,
): Promise<AnalysisAnswer | AnalyzerList> {
  const { ANALYZERS } = await import('../../analyzers/index.ts');
  const settings = await analysisSettings(given, options);
  const { context, dropped } = unnarrowed(given, settings);
  for (const note of settings.notes) await context.terminal.note(note);
  const all = [...ANALYZERS, ...(await ownAnalyzers(context, settings, ANALYZERS))];
  if (options.listAnalyzers) return listAnalyzers(all);
  const analyzers = chosenAnalyzers(all, options.analyzer);
  const { globals } = context;
  const useMesh =
    args.length === 0 || options.useKube || globals.from !== undefined || globals.context !== undefined;
  const namespace = globals.allNamespaces ? undefined : wantedNamespace(context);
  const input = await readAnalysisInput(context, {
    paths: args,
    useMesh,
    meshConfigFile: options.meshConfigFile,
    defaultNamespace: globals.namespace || 'default',
    analyzers,
    crds: options.crds,
    ignore: settings.ignore,
  });
  const resources = createResourceSet(input.objects);
  const { unavailable, partial } = input;
  const crds = await crdCheckOf(input);
  const run = { now: context.now(), unavailable, partial, refused: crds?.refused };
  const result = runAnalyzers(analyzers, resources, run);
  noteUnevaluated(context, crds);
  const objects = new Map(input.objects.map((object) => [keyOf(object), object]));
  const objectOf = (resource: { kind: string; namespace?: string | undefined; name: string } | undefined) =>
    resource && objects.get(`${resource.kind} ${resource.namespace ?? ''}/${resource.name}`);
  const judged = judge(
    result.findings.filter(({ resource }) => !isStandIn(objectOf(resource))),
    { ...settings, audits: auditCodes(analyzers) },
  );
  const held = [...dropped, ...judged.held];
  if (held.length > 0)
    await context.terminal.note(
      `${heldText(settings.file ?? '', held.join(', '))}; --config ${settings.file} follows it`,
    );
  const view = {
    namespace,
    suppressions: suppressionsOf(options.suppress),
    outputThreshold: settings.outputThreshold,
    failureThreshold: settings.failureThreshold,
  };
  const shown = shownFindings(judged.findings, view, objectOf);
  return {
    ...shown,
    findings: locate(shown.findings, (finding) => objectOf(finding.resource), input.originOf),
    target: targetText(args, namespace),
    unreadable: input.problems,
    skipped: result.skipped,
    executed: result.runs.map(({ analyzer }) => analyzer),
    resources: input.objects.length,
    failureThreshold: view.failureThreshold,
  };
}

function keyOf({ kind, metadata }: { kind: string; metadata: { namespace?: string; name: string } }): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function targetText(paths: readonly string[], namespace: string | undefined): string {
  if (paths.length > 0) return paths.join(', ');
  return namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
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
