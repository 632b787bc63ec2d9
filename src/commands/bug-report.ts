import type { BugReportAnswer } from '../answers/bug-report.ts';
import { PROXY_ADMIN_PORT } from '../cli/admin-port.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { wantedNamespace } from '../cli/namespaces.ts';
import { whileWaiting } from '../cli/while-waiting.ts';
import { MOST_REDACTED_BYTES } from '../security/redaction/redact-file.ts';
import type { LiveOptions } from '../sources/live-options.ts';
import type { MeshSource } from '../sources/source.ts';
import { ExitCode } from '../util/errors.ts';
import {
  checkAccess,
  missingRules,
  noteMissingRights,
  printedRights,
  withRefused,
} from './bug-report/access.ts';
import { reportOf } from './bug-report/answer.ts';
import { planOf } from './bug-report/dry-run.ts';
import { INTERRUPTED } from './bug-report/mesh-report.ts';
import { BUG_REPORT_OPTIONS, checkOptions, maxBytesOf, skipped } from './bug-report/options.ts';
import type { PackRequest } from './bug-report/pack.ts';
import { confirmFullSecrets } from './bug-report/redaction.ts';
import { resumed } from './bug-report/resumed.ts';
import { parseSelector } from './bug-report/selection.ts';
import { withSurroundings } from './bug-report/surroundings.ts';
import type { Wanted } from './bug-report/wanted.ts';

const OPTIONS = { ...BUG_REPORT_OPTIONS, proxyAdminPort: PROXY_ADMIN_PORT };

type Input = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, BugReportAnswer>({
  name: 'bug-report',
  description:
    'Collects what a supporter needs into one archive, without secrets: control plane first, then proxies with a problem, then the rest. It always ends in time, with what was there by then. Every command reads the archive with --from.',
  args: [],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope bug-report --from demo',
      explains: 'the bundled mesh; without --from the mesh of the kubeconfig, within five minutes',
    },
    {
      command: 'meshscope bug-report --dry-run --from demo',
      explains: 'what it would ask, and how much that is',
    },
    {
      command:
        'meshscope bug-report --for deploy/cart-v1.shop --timeout 1m --output-file cart.tar.gz --from demo',
      explains: 'a workload and all that it depends on',
    },
    {
      command:
        "meshscope bug-report --include 'shop,payments' --exclude 'shop//load-*' --duration 1h --output-file shop.tar.gz --from demo",
      explains: 'two namespaces, without some pods, with the logs of the last hour',
    },
    {
      command: 'meshscope bug-report --contexts east,west --output-file both.tar.gz',
      explains: 'two clusters of a mesh in one archive',
      live: true,
    },
    {
      command: 'meshscope bug-report --redact names,ips --output-file hidden.tar.gz --from demo',
      explains: 'pseudonyms for names and addresses; hidden.names.json turns them back',
    },
  ],
  stability: 'stable',
  needs: ['kubernetes', 'istiod', 'envoy', 'ztunnel', 'logs'],
  validate: ({ options }, context) => checkOptions(options, context.io.clock()),
  // The time limit is its own: it ends with an archive.
  runsUntilInterrupted: () => true,
  live: ({ options }) => liveOptions(options),
  rights: () => ({
    scope: 'mesh',
    reads: printedRights(),
    note: 'Each right may be left out: what it is for is then missing from the archive, which says so.',
  }),
  run: (input, context) => withSurroundings({ options: OPTIONS, live: liveOptions }, input, context, run),
  reporters: {
    table: () => import('../report/bug-report.ts').then((module) => module.table),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
  exitCode: (answer) => {
    if (answer.kind !== 'BugReport') return ExitCode.ok;
    if (answer.ended === INTERRUPTED) return ExitCode.interrupted;
    if (answer.counts.ok + answer.counts.partial > 0) return ExitCode.ok;
    return answer.missingRights.length + answer.refused > 0 ? ExitCode.forbidden : ExitCode.unreachable;
  },
});

function liveOptions({ rqConcurrency, proxyAdminPort }: Input['options']): LiveOptions {
  return {
    maxAnswerBytes: MOST_REDACTED_BYTES,
    adminPort: proxyAdminPort,
    ...(rqConcurrency > 0 ? { requestsAtATime: rqConcurrency } : {}),
  };
}

async function run({ options }: Input, context: CommandContext): Promise<BugReportAnswer> {
  // Once more: a file may have changed them.
  checkOptions(options, context.io.clock());
  const wanted: Wanted = {
    includes: options.include.filter((spec) => spec !== '').map((spec) => parseSelector(spec, '--include')),
    excludes: options.exclude.filter((spec) => spec !== '').map((spec) => parseSelector(spec, '--exclude')),
    namespace: wantedNamespace(context),
    focus: options.for,
  };
  if (options.fullSecrets && !options.dryRun) await confirmFullSecrets(context);
  const start = performance.now();
  const source = await context.source();
  const { mesh, close } = await resumed(source, options.resume, options.timeout / 4, context);
  try {
    return await reportOn({ source, mesh }, { options, wanted, start }, context);
  } finally {
    await close();
  }
}

/** `mesh` is the source, or the source beside an earlier archive, which knows of no rights. */
async function reportOn(
  { source, mesh }: { readonly source: MeshSource; readonly mesh: MeshSource },
  request: PackRequest,
  context: CommandContext,
): Promise<BugReportAnswer> {
  const { options, wanted, start } = request;
  const asking = checkAccess(source, wanted.namespace, context.signal, options.timeout / 4);
  const access = await whileWaiting(context, 'asking which rights there are', asking);
  await noteMissingRights(context, access);
  if (options.dryRun) {
    const maxBytes = maxBytesOf(options.maxSize);
    return planOf(mesh, { wanted, access, ...skipped(options), maxBytes, timeoutMs: options.timeout });
  }
  const { pack } = await import('./bug-report/pack.ts');
  const packed = await pack(context, mesh, request);
  return reportOf(context, packed, {
    tookMs: performance.now() - start,
    missingRights: missingRules(withRefused(access, packed.collected.refused.rights)),
  });
}
