import { LEVELS, type Level } from '../analysis/message.ts';
import { PROFILES } from '../analysis/profile.ts';
import type { CommandInput } from './command.ts';
import { choice, flag, list, type OptionSpec, text } from './options.ts';
import { RENDER_OPTIONS, renderedNames } from './render-options.ts';

const LEVEL_SYNONYMS = {
  Error: 'error',
  Warning: 'warning',
  Info: 'info',
  ERROR: 'error',
  WARNING: 'warning',
  INFO: 'info',
} as const;

/** A level without a default of its own, so that one on the command line can be told from none. */
function level(flags: string, description: string): OptionSpec<Level | undefined> {
  return choice(flags, description, LEVELS, undefined, { synonyms: LEVEL_SYNONYMS });
}

/** The options of `analyze`. */
export const ANALYZE_OPTIONS = {
  useKube: flag('-k, --use-kube', 'with files: analyze them over the resources of the cluster'),
  diff: flag('--diff', 'with files over a mesh: list only what they would add, and count what they repair'),
  ...RENDER_OPTIONS,
  failureThreshold: level('--failure-threshold <level>', 'exit with 79 from this level on; otherwise error'),
  outputThreshold: level('--output-threshold <level>', 'list findings from this level on; otherwise info'),
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
  report: list('--report <format=file>', 'write the answer to a file, too; repeatable'),
  baseline: text('--baseline <file>', 'list only findings that are not in this file'),
  writeBaseline: text('--write-baseline <file>', 'write what was found to this file; it fails no run then'),
  changedSince: text(
    '--changed-since <revision>',
    'list only findings in files that changed since then, by git',
  ),
  failOnIncomplete: flag('--fail-on-incomplete', 'exit with 75 when something could not be read or checked'),
  ignoreUnknown: flag('--ignore-unknown', 'do not fail for documents that can not be read'),
  meshConfigFile: text('--meshConfigFile <file>', 'mesh configuration to use over that of the mesh'),
  crds: list('--crds <path>', 'judge the files by the CRDs in this file or folder, too; repeatable'),
  analyzer: list('--analyzer <name>', 'run this analyzer only; repeatable'),
  remoteContexts: list('--remote-contexts <names>', 'contexts of further clusters of the mesh; repeatable'),
  listAnalyzers: flag('-L, --list-analyzers', 'list the analyzers and do nothing else'),
  recursive: flag(
    '-R, --recursive',
    'accepted for scripts: folders are always read with all below them',
    true,
  ),
} as const;

/** What `analyze` is given. */
export type AnalyzeInput = CommandInput<typeof ANALYZE_OPTIONS>;

/** How files and folders of the command line are called in an answer. */
export function pathsText(paths: readonly string[]): string {
  return paths.map((path) => (path === '-' ? 'stdin' : path)).join(', ');
}

/** The files, folders and rendered configuration that are named: without any, the mesh is analyzed. */
export function namedFiles({ args, options }: Pick<AnalyzeInput, 'args' | 'options'>): readonly string[] {
  return [...args, ...renderedNames(options)];
}
