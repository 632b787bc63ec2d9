import {
  DIFF_KINDS,
  type DiffKind,
  diffExitCode,
  diffProxyConfigs,
  type ProxyConfigDiff,
} from '../../answers/proxy-config-diff.ts';
import { BESIDE_MESH, OUTSIDE_OPTIONS, outsideName, PROXY_ADMIN_PORT } from '../../cli/admin-port.ts';
import { beside, besideDocument } from '../../cli/beside.ts';
import { type CommandInput, defineCommand } from '../../cli/command.ts';
import type { CommandContext } from '../../cli/context.ts';
import { openDump, readFileDocument, readPodDocument } from '../../cli/envoy-input.ts';
import { flag, list, text } from '../../cli/options.ts';
import { resolveProxy } from '../../cli/proxy-argument.ts';
import type { ConfigDump } from '../../envoy/dump.ts';
import type { DiffView } from '../../report/proxy-config/diff.ts';
import { usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';

const PAGE = 'config_dump';

const OPTIONS = {
  with: text('--with <source>', 'read the right side from this recorded mesh (--from stays the left side)'),
  all: flag('--all', 'list every resource, however many, and those that differ only in who the proxy is'),
  only: list('--only <kinds>', `compare these kinds: ${DIFF_KINDS.join(', ')}`),
  proxyAdminPort: PROXY_ADMIN_PORT,
  ...OUTSIDE_OPTIONS,
} as const;

export const command = defineCommand<typeof OPTIONS, ProxyConfigDiff & DiffView>({
  name: 'proxy-config diff',
  description:
    'Compares the configuration of two proxies, or of one proxy at two times, and names the objects that cause what differs. --admin-url and --ssh make an Envoy outside Kubernetes the right side.',
  args: [
    {
      name: 'left',
      description: 'POD.NAMESPACE, deploy/NAME, or a saved config_dump (a path)',
      required: true,
      completes: 'proxy',
    },
    {
      name: 'right',
      description: 'the other one; left out with --with, --admin-url and --ssh',
      completes: 'proxy',
    },
  ],
  options: OPTIONS,
  examples: [
    {
      command:
        'meshscope proxy-config diff storefront-v1-6588479589-4ksqx.shop storefront-v1-6588479589-bsq2b.shop --from demo',
      explains: 'two replicas',
    },
    { command: 'meshscope proxy-config diff before.json after.json', explains: 'two saved dumps' },
    {
      command: 'meshscope proxy-config diff deploy/cart-v1.shop --from demo --with demo',
      explains: 'one proxy in two recordings, such as of two days (here twice the same)',
    },
  ],
  stability: 'experimental',
  needs: ['envoy'],
  live: () => BESIDE_MESH,
  validate: ({ args, options }) => {
    kindsOf(options.only);
    const { with: other, adminUrl, ssh } = options;
    const hint = 'meshscope proxy-config diff A B';
    if (args.length < 2 && (other ?? outsideName(options)) === undefined) {
      throw usageError('diff needs two proxies or files, or one and --with', { hint });
    }
    const rights = [args[1] ?? other, adminUrl, ssh].filter((right) => right !== undefined);
    if (rights.length > 1) {
      throw usageError('the right side is one of right, --with, --admin-url and --ssh', { hint });
    }
  },
  run: async ({ args: [left = '', right = left], options }, context) => {
    const first = await openSide(left, context);
    const second = await openRight(right, options, context);
    return { ...diffProxyConfigs(first, second, kindsOf(options.only)), all: options.all };
  },
  exitCode: diffExitCode,
  reporters: {
    table: () => import('../../report/proxy-config/diff.ts').then((module) => module.diffText),
    json: async () => {
      const { jsonText } = await import('../../report/json.ts');
      return ({ all: _, ...answer }) => jsonText(answer);
    },
    yaml: async () => {
      const { yamlText } = await import('../../report/yaml.ts');
      return ({ all: _, ...answer }) => yamlText(answer);
    },
  },
});

/** A word that can only be a path names a file; everything else is a proxy. */
function isFile(argument: string): boolean {
  return argument === '-' || /\.json$|^\.{0,2}\//.test(argument);
}

async function openSide(argument: string, context: CommandContext): Promise<ConfigDump> {
  if (isFile(argument)) {
    return openDump(await readFileDocument(argument, context));
  }
  const pod = await resolveProxy(context, argument);
  return openDump(await readPodDocument(pod, context, PAGE));
}

async function openRight(
  argument: string,
  options: CommandInput<typeof OPTIONS>['options'],
  context: CommandContext,
): Promise<ConfigDump> {
  if (options.with !== undefined) return openOther(argument, options.with, context);
  if (outsideName(options) === undefined) return openSide(argument, context);
  return openDump(await besideDocument(context, options, PAGE));
}

/** The right side from another recorded mesh, labelled with it so that the same pod can be told apart. */
async function openOther(argument: string, from: string, context: CommandContext): Promise<ConfigDump> {
  const { openSource } = await import('../../sources/open-source.ts');
  const { cwd, stdin, clock } = context.io;
  const source = await openSource({ from, cwd, stdin, clock, signal: context.signal });
  return beside(context, source, async (other) => {
    const pod = await resolveProxy(other, argument);
    const page = await readPodDocument(pod, other, PAGE);
    return openDump({ ...page, label: `${page.label} in ${source.label}` });
  });
}

function kindsOf(only: readonly string[]): readonly DiffKind[] {
  if (only.length === 0) return DIFF_KINDS;
  return only.map((word) => {
    const kind = DIFF_KINDS.find((one) => one === word || `${one}s` === word);
    if (kind !== undefined) return kind;
    const [near] = nearest(word, DIFF_KINDS, 1);
    throw usageError(`--only: "${word}" is not a kind`, {
      lines: near ? [['near', near]] : [],
      hint: `--only takes ${DIFF_KINDS.join(', ')}`,
    });
  });
}
