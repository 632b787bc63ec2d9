import type { Analyzer } from '../analysis/analyzer.ts';
import { crdAnalyzer } from '../analysis/crd-analyzer.ts';
import { compareFindings, type ResourceRef, resourceKey, resourceRef } from '../analysis/finding.ts';
import { RUN_MESSAGES } from '../analysis/messages.ts';
import { type RunOptions, runAnalyzers } from '../analysis/runner.ts';
import { unreadableFindings } from '../analysis/unreadable.ts';
import { type ShownFindings, shownFindings } from '../answers/analysis.ts';
import { type AnalysisInput, readAnalysisInput } from '../cli/analysis-input.ts';
import { pathsText } from '../cli/analyze-options.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { crdCheckOf, noteUnevaluated, servedCrds } from '../cli/crd-check-of.ts';
import { locate } from '../cli/located-findings.ts';
import { list } from '../cli/options.ts';
import { checkRenderOptions, RENDER_OPTIONS, renderedNames } from '../cli/render-options.ts';
import type { KubeObject } from '../kube/object.ts';
import { kindOf } from '../mesh/kinds.ts';
import { createResourceSet } from '../mesh/resource-set.ts';
import type { ValidateAnswer } from '../report/validate.ts';
import { ExitCode, usageError } from '../util/errors.ts';

const OPTIONS = {
  ...RENDER_OPTIONS,
  filename: list(
    '-f, --filename <path>',
    'file, folder or - to validate, as an argument would be; repeatable',
  ),
  crds: list('--crds <path>', 'CRDs in this file or folder that the resources must fit, too; repeatable'),
};

/** What every resource is judged with: CRDs, and the mesh configuration, which is judged once. */
const SHARED: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'MeshConfig', 'MeshNetworks']);

/** Everything is listed, and errors fail the run. */
const VIEW = {
  namespace: undefined,
  suppressions: [],
  outputThreshold: 'info',
  failureThreshold: 'error',
} as const;

type Input = CommandInput<typeof OPTIONS>;

/** Analyzers beside those of the schema that look at one resource alone, and that the reference has here. */
const ALSO: ReadonlySet<string> = new Set(['service.PortNameAnalyzer', 'deployment.LabelsAnalyzer']);

export const command = defineCommand<typeof OPTIONS, ValidateAnswer>({
  name: 'validate',
  description:
    'Checks each resource of files by itself: its fields, the rules of its kind and, where they are at hand, the CRDs it must fit. No cluster is asked, unless --context or --from names the mesh whose CRDs count.',
  args: [{ name: 'path', description: 'files and folders; - for stdin', variadic: true, completes: 'file' }],
  options: OPTIONS,
  examples: [
    { command: 'meshscope validate config/', explains: 'every resource below a folder' },
    { command: 'meshscope validate -f route.yaml --crds crds/', explains: 'by the CRDs of a release, too' },
    { command: 'meshscope validate -f route.yaml --from demo', explains: 'by the CRDs that a mesh serves' },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ args, options }) => {
    checkRenderOptions(options);
    if (args.length + options.filename.length + renderedNames(options).length > 0) return;
    throw usageError('validate needs a file or folder, or - for stdin', {
      hint: 'meshscope validate config/   (meshscope analyze checks the mesh itself)',
    });
  },
  run: validate,
  reporters: {
    log: () => import('../report/analysis/log.ts').then((module) => module.log),
    json: () => import('../report/analysis/messages.ts').then((module) => module.json),
    yaml: () => import('../report/analysis/messages.ts').then((module) => module.yaml),
  },
  compatReporters: { log: () => import('../report/validate.ts').then((module) => module.compatValidate) },
  exitCode: ({ failing, isIncomplete: isLost, isCompat }) => {
    if (isCompat) return failing || isLost ? ExitCode.no : ExitCode.ok;
    return failing ? ExitCode.findings : isLost ? ExitCode.data : ExitCode.ok;
  },
});

async function validate({ args, options }: Input, context: CommandContext): Promise<ValidateAnswer> {
  const { ANALYZERS } = await import('../../analyzers/index.ts');
  const analyzers = ANALYZERS.filter(({ name }) => name.startsWith('schema.') || ALSO.has(name));
  const { globals } = context;
  const paths = [...args, ...options.filename];
  const read = await readAnalysisInput(context, {
    paths,
    render: options,
    useMesh: false,
    meshConfigFile: undefined,
    defaultNamespace: globals.namespace || 'default',
    analyzers,
    crds: options.crds,
  });
  const served = globals.from === undefined && globals.context === undefined ? [] : await servedCrds(context);
  const input = { ...read, objects: [...served, ...read.objects] };
  const check = await crdCheckOf(input);
  const shown = judged(input, analyzers, { now: context.now(), refused: check?.refused });
  noteUnevaluated(context, check);
  return {
    findings: [...unreadableFindings(read.problems), ...shown.flatMap(({ findings }) => findings)].sort(
      compareFindings,
    ),
    rules: Object.assign({}, RUN_MESSAGES, ...analyzers.map(({ messages }) => messages)),
    suppressed: shown.reduce((sum, { suppressed }) => sum + suppressed, 0),
    hidden: 0,
    elsewhere: 0,
    comparison: undefined,
    unusedSuppressions: [],
    failing: shown.some(({ failing }) => failing),
    failureThreshold: VIEW.failureThreshold,
    target: pathsText([...paths, ...renderedNames(options)]),
    files: read.files,
    unreadable: read.problems,
    skipped: [],
    unfinished: [],
    executed: analyzers.map(({ name }) => name),
    resources: read.objects.filter((object) => read.originOf(object) !== undefined).length,
    isIncomplete: read.problems.some(({ lost }) => lost),
    hasGaps: false,
    root: context.io.cwd,
    isCompat: globals.compat,
  };
}

/** What is wrong with the resources of files, and with the mesh configuration that one of them may hold. */
function judged(
  { objects, originOf }: AnalysisInput,
  analyzers: readonly Analyzer[],
  options: RunOptions,
): readonly ShownFindings[] {
  const shared = objects.filter(({ kind }) => SHARED.has(kind));
  // Who reports that a CRD refuses a resource has asked the CRD; of all other kinds nobody has.
  const known = new Set(
    analyzers.filter(({ codes }) => codes.includes('MSH0066')).flatMap(({ inputs }) => inputs),
  );
  const isKnown = (object: KubeObject): boolean => {
    const kind = kindOf(object);
    return kind !== undefined && known.has(kind);
  };
  return layersOf(objects.filter((object) => originOf(object) !== undefined)).map((layer, index) => {
    const besides = index === 0 ? shared : shared.filter(({ kind }) => kind === 'CustomResourceDefinition');
    const others = crdAnalyzer([...layer.values()].filter((object) => !isKnown(object)));
    const resources = createResourceSet([...besides, ...layer.values()]);
    const { findings } = runAnalyzers([...analyzers, others], resources, options);
    const objectOf = (resource: ResourceRef | undefined) => resource && layer.get(resourceKey(resource));
    const shown = shownFindings(findings, VIEW, objectOf);
    return { ...shown, findings: locate(shown.findings, ({ resource }) => objectOf(resource), originOf) };
  });
}

/**
 * Resources by their keys, in as many layers as it takes to have all of them: files of several environments
 * hold the same name more than once, and each is judged.
 */
function layersOf(objects: readonly KubeObject[]): readonly ReadonlyMap<string, KubeObject>[] {
  const layers: Map<string, KubeObject>[] = [];
  const seen = new Map<string, number>();
  for (const object of objects) {
    const key = resourceKey(resourceRef(object));
    const depth = seen.get(key) ?? 0;
    seen.set(key, depth + 1);
    layers[depth] ??= new Map();
    layers[depth].set(key, object);
  }
  return layers;
}
