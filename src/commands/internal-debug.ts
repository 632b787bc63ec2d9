import { type DebugAnswers, type DebugPageList, debugBody } from '../answers/debug-answers.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { type ChosenReply, chosenIstiods } from '../cli/istiod-replies.ts';
import { flag } from '../cli/options.ts';
import { checkXds, XDS_OPTIONS, xdsLive } from '../cli/xds-options.ts';
import { DEBUG_PAGES } from '../sources/debug-pages.ts';

import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { notFoundError, usageError } from '../util/errors.ts';
import { compareText } from '../util/text.ts';
import { type DebugQuestion, parseDebugPage } from './internal-debug/page-argument.ts';

export const command = defineCommand({
  name: 'internal-debug',
  description:
    'Shows a debug page of istiod, such as syncz or "edsz?proxyID=POD.NAMESPACE". Only pages and parameters that read are asked for; with several istiods one answers, with --all each.',
  args: [
    { name: 'page', description: 'name of the page, with its parameters', words: Object.keys(DEBUG_PAGES) },
  ],
  options: {
    all: flag('--all', 'the page of every istiod, by its name'),
    list: flag('-L, --list', 'the pages that can be asked for'),
    ...XDS_OPTIONS,
  },
  examples: [
    { command: 'meshscope internal-debug --list', explains: 'the pages, and what they show' },
    { command: 'meshscope internal-debug clusterz --from demo', explains: 'one page' },
    {
      command: "meshscope internal-debug 'edsz?proxyID=cart-v1-db9689b57-djzwj.shop' --from demo",
      explains: 'a page about one proxy, from the istiod that it is connected to',
    },
    { command: 'meshscope internal-debug syncz --all --from demo', explains: 'what every istiod says' },
  ],
  stability: 'experimental',
  needs: [],
  validate: ({ args: [page], options }, context) => {
    checkXds(options, context);
    if (options.list) return;
    if (page === undefined) {
      throw usageError('internal-debug needs the name of a page', {
        hint: 'internal-debug --list names them',
      });
    }
    parseDebugPage(page);
  },
  live: ({ options }) => xdsLive(options),
  run: async ({ args: [page], options }, context): Promise<DebugAnswers | DebugPageList> =>
    options.list || page === undefined ? pageList() : askPage(parseDebugPage(page), options.all, context),
  reporters: {
    table: () => import('../report/debug-answers.ts').then((module) => module.table),
    json: () => import('../report/debug-answers.ts').then((module) => module.json),
    yaml: () => import('../report/debug-answers.ts').then((module) => module.yaml),
  },
  compatReporters: {
    table: () => import('../report/debug-answers.ts').then((module) => module.compatTable),
  },
});

function pageList(): DebugPageList {
  const pages = Object.entries(DEBUG_PAGES).map(([name, { shows, proxy, parameters = [] }]) => ({
    name,
    parameters: [...(proxy === undefined ? [] : ['proxyID']), ...parameters],
    needsProxy: proxy === 'needed',
    shows,
  }));
  return { form: 'list', pages: pages.sort((a, b) => compareText(a.name, b.name)) };
}

async function askPage(
  question: DebugQuestion,
  all: boolean,
  context: CommandContext,
): Promise<DebugAnswers> {
  const replies = await askIstiods(question, context);
  const answers = replies.flatMap(({ istiod, answer }) =>
    answer.ok ? [{ istiod: istiod.name, body: debugBody(answer.value) }] : [],
  );
  answers.sort((a, b) => compareText(a.istiod, b.istiod));
  const failures = replies.flatMap(({ istiod, answer }) =>
    answer.ok ? [] : [{ istiod, error: answer.error }],
  );
  if (answers.length === 0) throw toMeshscopeError(worst(failures.map(({ error }) => error)));
  for (const { istiod, error } of failures) {
    // A proxy is connected to one istiod: that the others do not know it is no gap.
    if (question.proxy !== undefined && error.code === 'NotFound') continue;
    context.gap({ what: `${question.name} of ${istiod.name}`, why: error.reason, next: error.next });
  }
  const [first] = answers;
  if (!all && answers.length > 1 && first !== undefined) {
    await context.terminal.note(
      `this is what ${first.istiod} says, of ${answers.length} istiods: --all shows each`,
    );
  }
  return { form: 'answers', all, answers: all ? answers : answers.slice(0, 1) };
}

/** Recordings may hold a page as it came over xDS instead of over HTTP. */
async function askIstiods(question: DebugQuestion, context: CommandContext): Promise<readonly ChosenReply[]> {
  const source = await context.source();
  const istiods = await chosenIstiods(context);
  const replies = await istiods.ask({ channel: 'debug', ...question });
  if (replies.length === 0) throw notFoundError(istiods.noneText());
  const isRecorded = replies.some(({ answer }) => answer.ok);
  if (source.kind === 'cluster' || isRecorded || question.name === 'syncz') return replies;
  const overXds = await istiods.ask({ channel: 'xds', ...question });
  return overXds.some(({ answer }) => answer.ok) ? overXds : replies;
}

/** The failure that tells most: a refusal rather than that the proxy is not there. */
function worst(errors: readonly SourceError[]): SourceError {
  const real = errors.find(({ code }) => code !== 'NotFound' && code !== 'NotRecorded');
  const [first] = errors;
  if (real !== undefined) return real;
  if (first === undefined) throw notFoundError('no istiod answered');
  return first;
}
