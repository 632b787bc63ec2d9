import type { MeshReport } from '../answers/mesh-report/mesh-report.ts';
import { isNothing } from '../answers/mesh-report/verdict.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { formatOfFile } from '../cli/mesh-report/report-file.ts';
import { choice, flag, text } from '../cli/options.ts';
import { KINDS } from '../mesh/kinds.ts';
import { ExitCode, usageError } from '../util/errors.ts';

const OPTIONS = {
  file: text(
    '-f, --file <file>',
    'a report that was saved with -o json, to be shown in another format; - for stdin',
  ),
  open: flag('--open', 'write the page to a file, and open it in the browser'),
  outputFile: text(
    '--output-file <file>',
    'write the report to this file, too, readable by you alone: .html, .md, .json or .yaml by its name',
  ),
  failureThreshold: choice(
    '--failure-threshold <level>',
    'exit with 79 when the verdict is this bad or worse',
    ['error', 'warning'],
    undefined,
  ),
};

type Input = CommandInput<typeof OPTIONS>;

const REPORTERS = {
  table: () => import('../report/mesh-report/summary.ts').then((module) => module.summary),
  html: () => import('../report/report-page/page.ts').then((module) => module.html),
  markdown: () => import('../report/mesh-report/markdown.ts').then((module) => module.markdown),
  json: () => import('../report/json.ts').then((module) => module.json),
  yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
} as const;

export const command = defineCommand<typeof OPTIONS, MeshReport>({
  name: 'report',
  description:
    'The state of a whole mesh at one moment: the verdict first, then configuration, proxies, certificates, versions, the control plane and what refers to what, and what could not be read. As a page to open in a browser, for a ticket, or for a script.',
  args: [],
  options: OPTIONS,
  examples: [
    { command: 'meshscope report --from demo', explains: 'the bundled mesh, in a screenful' },
    {
      command: 'meshscope report --from demo --output-file demo.html',
      explains: 'as one page that needs no network; --open shows it at once',
    },
    { command: 'meshscope report --from demo -o markdown', explains: 'for a ticket' },
    {
      command: 'meshscope report --from demo --failure-threshold error',
      explains: 'a gate: 79 when something is broken',
    },
    {
      command: 'meshscope report --file saved.json -o html',
      explains: 'a report that was saved with -o json, as a page',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes', 'istiod', 'envoy', 'ztunnel'],
  rights: ({ options }) => ({
    scope: options.file === undefined ? 'mesh' : 'none',
    reads:
      options.file !== undefined
        ? []
        : Object.values(KINDS)
            .filter(({ group }) => group !== 'mesh.istio.io')
            .map(({ group, plural }) => ({ group, resource: plural, in: 'cluster' as const })),
    note: 'Each right may be left out: what it is for is then missing from the report, which says so. Of Secrets only those are read that a gateway or the mesh names.',
  }),
  validate: ({ options }, { globals }) => {
    const { file, outputFile, open } = options;
    if (file !== undefined && (globals.from !== undefined || globals.context !== undefined))
      throw usageError('--file shows a saved report: --from and --context name a mesh', {
        hint: 'give one of them',
      });
    if (open && outputFile !== undefined && formatOfFile(outputFile) !== 'html')
      throw usageError(`--open shows a page, and ${outputFile} is none`, {
        hint: '--output-file report.html',
      });
  },
  run: (input, context) => run(input, context),
  reporters: REPORTERS,
  exitCode: (report, { options: { failureThreshold } }) => {
    const { level } = report.verdict;
    if (isNothing(report)) return ExitCode.unreachable;
    const isFailing = level === 'error' || (level === 'warning' && failureThreshold === 'warning');
    return failureThreshold !== undefined && isFailing ? ExitCode.findings : ExitCode.ok;
  },
});

async function run({ options }: Input, context: CommandContext): Promise<MeshReport> {
  const report = await reportOf(options.file, context);
  const { open, outputFile } = options;
  if (!open && outputFile === undefined) return report;
  const { showReport, writeReport } = await import('../cli/mesh-report/report-file.ts');
  const reporter = await REPORTERS[outputFile === undefined ? 'html' : formatOfFile(outputFile)]();
  const file = await writeReport(context, report, outputFile, reporter);
  if (open) await showReport(context, file);
  return report;
}

async function reportOf(file: string | undefined, context: CommandContext): Promise<MeshReport> {
  if (file !== undefined) {
    const { readSavedReport } = await import('../cli/mesh-report/read-saved.ts');
    return readSavedReport(context, file);
  }
  const [known, { reportAnalysis }, { meshReport }] = await Promise.all([
    import('../../analyzers/index.ts'),
    import('../cli/mesh-report/report-analysis.ts'),
    import('../cli/mesh-report/compose.ts'),
  ]);
  // The reference has no report that one could be compatible with: its limits are none here.
  const own = { ...context, globals: { ...context.globals, compat: false } };
  return meshReport(own, await reportAnalysis(own, known));
}
