import type { AccessLogsAnswer } from '../answers/access-logs/answer.ts';
import { checkFilter } from '../answers/access-logs/filter.ts';
import { type CommandInput, defineCommand } from '../cli/command.ts';
import { duration, flag, integer, list, text } from '../cli/options.ts';
import { usageError } from '../util/errors.ts';
import { followLogs } from './logs/follow.ts';
import { readAnswer } from './logs/read.ts';

const OPTIONS = {
  to: text(
    '--to <target>',
    'also read the called end, POD or svc/NAME, and put both lines of a call together',
  ),
  selector: text('-l, --selector <labels>', 'read the proxies of all pods with these labels'),
  status: list('--status <status>', 'only these: 503, 5xx, >=400; repeatable', { min: 1 }),
  flags: list('--flags <flags>', 'only with one of these response flags, such as UH,UF', { min: 1 }),
  path: text('--path <text>', 'only requests whose path holds this'),
  requestId: text('--request-id <id>', 'only this request; shows every line of it'),
  since: duration('--since <duration>', 'only what was logged in this last time', undefined),
  tail: integer('--tail <n>', 'only the last n lines of each log', undefined, { min: 1 }),
  previous: flag('--previous', 'the logs of the containers before their last restart'),
  follow: flag('--follow', 'print requests as they come, until Ctrl-C'),
  lines: flag('--lines', 'every request in a line of its own'),
  all: flag('--all', "also every request, and the proxies' own log lines"),
} as const;

/** What `logs` is given. */
export type LogsInput = CommandInput<typeof OPTIONS>;

export const command = defineCommand<typeof OPTIONS, AccessLogsAnswer>({
  name: 'logs',
  description:
    'Shows from access logs which requests failed and why: grouped by cause, worst first, with the response flags and details in words, and both ends of a call put together.',
  args: [
    {
      name: 'target',
      description: 'POD, POD.NAMESPACE, deploy/NAME, svc/NAME …: all of its pods',
      completes: 'proxy',
    },
  ],
  options: OPTIONS,
  examples: [
    { command: 'meshscope logs deploy/storefront-v1.shop --from demo', explains: 'what failed, and why' },
    {
      command: 'meshscope logs deploy/storefront-v1.shop --to svc/catalog.shop --status 5xx --from demo',
      explains: 'both ends of the failed calls between two workloads',
    },
    {
      command: 'meshscope logs deploy/storefront-v1.shop --flags NC --lines --from demo',
      explains: 'every request with one flag',
    },
    {
      command: 'meshscope logs -l app=checkout -n payments --since 10m --from demo',
      explains: 'all replicas, the last ten minutes',
    },
  ],
  stability: 'stable',
  needs: ['logs'],
  validate: ({ args, options }) => {
    const given = [args.length > 0, options.selector !== undefined].filter(Boolean).length;
    if (given !== 1) {
      throw usageError(given === 0 ? 'logs needs a pod or workload' : 'give one of pod and --selector', {
        hint: 'meshscope logs POD.NAMESPACE, or meshscope logs deploy/NAME.NAMESPACE',
      });
    }
    if (options.follow && options.previous)
      throw usageError('--previous: a log that has ended grows no more');
    checkFilter(options);
  },
  runsUntilInterrupted: ({ options }) => options.follow,
  run: (input, context) => (input.options.follow ? followLogs(input, context) : readAnswer(input, context)),
  reporters: {
    table: () => import('../report/access-logs.ts').then((module) => module.accessLogsReport),
    json: () => import('../report/access-logs-json.ts').then((module) => module.accessLogsJson),
    yaml: () => import('../report/access-logs-json.ts').then((module) => module.accessLogsYaml),
  },
});
