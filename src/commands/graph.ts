import type { GraphAnswer } from '../answers/graph/graph-answer.ts';
import { defineCommand } from '../cli/command.ts';
import { graphKinds } from '../cli/graph-kinds.ts';
import { checkObjectArgument } from '../cli/graph-object.ts';
import { ExitCode, usageError } from '../util/errors.ts';
import { answerGraph } from './graph/answer.ts';
import { OPTIONS, objectArguments } from './graph/options.ts';

export const command = defineCommand<typeof OPTIONS, GraphAnswer>({
  name: 'graph',
  description:
    'What refers to what: loops and broken references first, what an object depends on, and who is affected when it changes. Of files, of the mesh, or of files as they would be in the mesh.',
  args: [
    {
      name: 'path',
      description: 'files and folders; - for stdin; without any, the mesh',
      variadic: true,
      completes: 'file',
    },
  ],
  options: OPTIONS,
  examples: [
    { command: 'meshscope graph --from demo', explains: 'loops and broken references of the bundled mesh' },
    {
      command: 'meshscope graph --from demo --from-object virtualservice/cart.shop',
      explains: 'what a resource depends on',
    },
    {
      command: 'meshscope graph --from demo --impact secret/shop-cert.edge',
      explains: 'who is affected when a Secret changes',
    },
    {
      command: 'meshscope graph --from demo -o html',
      explains: 'one page to save and open in a browser: search, filter, click',
    },
    { command: 'meshscope graph --from demo --exit-code', explains: 'a gate for scripts' },
  ],
  stability: 'stable',
  needs: [],
  validate: ({ options }, context) => {
    if (options.fromObject !== undefined && options.impact !== undefined)
      throw usageError('--from-object and --impact ask different things: choose one');
    for (const argument of objectArguments(options, context)) checkObjectArgument(argument);
    for (const word of options.kind) graphKinds(word, '--kind');
  },
  run: answerGraph,
  reporters: {
    table: () => import('../report/graph/table.ts').then((module) => module.table),
    json: () => import('../report/graph/data.ts').then((module) => module.json),
    yaml: () => import('../report/graph/data.ts').then((module) => module.yaml),
    dot: () => import('../report/graph/dot.ts').then((module) => module.dot),
    mermaid: () => import('../report/graph/mermaid.ts').then((module) => module.mermaid),
    html: () => import('../report/graph-page/page.ts').then((module) => module.html),
  },
  exitCode: (answer, { options }) => {
    if (answer.unreadable.some(({ lost }) => lost)) return ExitCode.data;
    const isBroken = answer.dangling.length > 0 || answer.cycles.some(({ level }) => level === 'error');
    return options.exitCode && isBroken ? ExitCode.no : ExitCode.ok;
  },
});
