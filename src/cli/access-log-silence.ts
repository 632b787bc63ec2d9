import type { ReadLog, Silence } from '../answers/access-logs/access-logs.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { decodeText } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';
import type { LogTarget } from './log-targets.ts';

const TURN_ON =
  'turn it on: a Telemetry with accessLogging: [{providers: [{name: envoy}]}], or meshConfig.accessLogFile: /dev/stdout';

/**
 * Why the log of a proxy holds no access lines: that it is off is told apart from that nothing was asked of it. What
 * counts is what the Envoy itself is configured with.
 */
export async function silenceOf(
  context: CommandContext,
  target: LogTarget,
  { otherFormat }: Pick<ReadLog, 'otherFormat'>,
  lines: number,
): Promise<Silence> {
  const { pod, proxy } = target;
  if (otherFormat > 0) {
    return {
      state: 'other-format',
      why: `${otherFormat} lines look like an access log in a format of your own, which can't be read`,
      next: "use Istio's default text format or JSON (meshConfig.accessLogFormat: '')",
    };
  }
  if (proxy === 'ztunnel') {
    return {
      state: 'no-requests',
      why: `its ztunnel wrote no connection of it in the ${lines} lines that were read`,
      next: 'widen --since or --tail; ztunnel logs each connection when it ends',
    };
  }
  const loggers = await accessLoggers(context, target);
  const where = `in the ${lines} lines of its log that were read`;
  if (loggers === undefined) {
    const why = `no access line ${where}; whether the access log is on is unknown`;
    return { state: 'unknown', why, next: TURN_ON };
  }
  if (loggers.length === 0) {
    return { state: 'off', why: `${proxyId(pod)} has no access log configured`, next: TURN_ON };
  }
  if (!loggers.some((name) => /file|stream|stdout|stderr/.test(name))) {
    const why = `its access log goes elsewhere (${[...new Set(loggers)].join(', ')})`;
    return { state: 'elsewhere', why, next: 'look there, or add the provider envoy to the Telemetry' };
  }
  const why = `its access log is on; there is no request ${where}`;
  return { state: 'no-requests', why, next: 'widen --since or --tail' };
}

/** The access loggers in the configuration of an Envoy, by name; `undefined` when it can't be read. */
async function accessLoggers(
  context: CommandContext,
  { pod }: LogTarget,
): Promise<readonly string[] | undefined> {
  const answer = await (await context.source()).envoy(pod, 'config_dump');
  if (!answer.ok) return undefined;
  const text = decodeText(answer.value);
  return [...text.matchAll(/envoy\.extensions\.access_loggers\.(\w+)\./g)].map(([, name = '']) => name);
}
