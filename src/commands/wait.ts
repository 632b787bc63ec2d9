import { setTimeout as sleep } from 'node:timers/promises';
import type { Distribution } from '../answers/distribution/distribution.ts';
import { defineCommand } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { choice, text } from '../cli/options.ts';
import { ExitCode, MeshscopeError } from '../util/errors.ts';
import { parseGoal, parseObject } from './wait/arguments.ts';
import { observe, type Question } from './wait/observe.ts';

const OPTIONS = {
  for: choice('--for <event>', 'what to wait for', ['distribution', 'delete'], 'distribution'),
  proxies: text('--proxies <n>', 'enough when so many have it: 95% or 3 (default: all that it is for)'),
  selector: text('-l, --selector <labels>', 'only proxies whose pods have these labels'),
} as const;

/** Pause between two looks, in ms. */
const PAUSE = 1_000;

export const command = defineCommand<typeof OPTIONS, Distribution>({
  name: 'wait',
  description:
    'Waits (as long as --timeout) until an object has taken effect in the proxies that it is for, by what they themselves hold; ends at once when a proxy refuses it. Of a recording it answers how far the object was.',
  args: [
    { name: 'object', description: 'KIND/NAME[.NAMESPACE], or KIND NAME[.NAMESPACE]', required: true },
    { name: 'name', description: 'the name, where the kind stands alone' },
  ],
  options: OPTIONS,
  examples: [
    {
      command: 'meshscope wait virtualservice/catalog.shop --from demo',
      explains: 'which proxies use a VirtualService',
    },
    {
      command:
        'meshscope wait authorizationpolicy no-admin.istio-system --proxies 90% --timeout 1m --from demo',
      explains: 'enough when nine of ten proxies enforce a policy',
    },
    {
      command: 'meshscope wait --for=delete virtualservice/old.shop --from demo',
      explains: 'until nothing of it is left',
    },
  ],
  stability: 'stable',
  needs: ['istiod', 'envoy'],
  validate: ({ args, options }) => {
    parseObject(args);
    parseGoal(options.proxies);
  },
  // --timeout is how long is waited, not how long an answer may take.
  runsUntilInterrupted: () => true,
  run: ({ args, options }, context) =>
    waitFor(context, {
      wanted: parseObject(args),
      goal: parseGoal(options.proxies),
      for: options.for,
      selector: options.selector,
    }),
  reporters: {
    table: () => import('../report/distribution.ts').then((module) => module.distributionReport),
    json: () => import('../report/json.ts').then((module) => module.json),
    yaml: () => import('../report/yaml.ts').then((module) => module.yaml),
  },
  exitCode: ({ verdict }) => (verdict === 'reached' ? ExitCode.ok : ExitCode.no),
});

/** Looks again and again until it is decided or the time is up; then the last look counts. */
async function waitFor(context: CommandContext, question: Question): Promise<Distribution> {
  const { timeout } = context.globals;
  const timeUp = new AbortController();
  const deadline = timeout > 0 ? expire(timeout, AbortSignal.any([timeUp.signal, context.signal])) : NEVER;
  let last: Distribution | undefined;
  try {
    for (;;) {
      const seen = await Promise.race([observe(context, question), deadline]);
      if (seen !== 'expired') last = seen;
      if (seen === 'expired' || last === undefined) return timedOut(last, timeout);
      if (last.verdict !== 'reached' && (await context.source()).kind !== 'cluster') return last;
      if (last.verdict !== 'not-yet' || context.signal.aborted) return last;
      const { reached, needed, object } = last;
      context.terminal.progress(`${object.kind} ${object.name}: ${last.reason} (${reached} of ${needed})`);
      const paused = await Promise.race([pause(context.signal), deadline]);
      if (paused === 'expired') return timedOut(last, timeout);
    }
  } finally {
    timeUp.abort();
  }
}

const NEVER = new Promise<'expired'>(() => {});

async function expire(ms: number, signal: AbortSignal): Promise<'expired'> {
  await sleep(Math.min(ms, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined);
  return 'expired';
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
}

function timedOut(last: Distribution | undefined, timeout: number): Distribution {
  if (last !== undefined) return { ...last, timedOut: true };
  throw new MeshscopeError('Timeout', ExitCode.unreachable, `no answer within ${timeout / 1000}s`, {
    hint: '--timeout 2m waits longer, --timeout 0 for ever',
  });
}
