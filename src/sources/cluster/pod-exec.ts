import type { PodRef } from '../../kube/pod-ref.ts';
import { asNumber, asObjects, asString, field } from '../../util/json.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure, toCallFailure } from './call-failure.ts';
import { abortFailure, idleFailure, tooLarge } from './http-exchange.ts';
import { podPath } from './kube-name.ts';
import { byEitherProtocol } from './stream-protocol.ts';

/** Channels of a command, numbered as in its WebSocket messages. */
const CHANNELS = { 1: 'stdout', 2: 'stderr', 3: 'error' } as const;
type Channel = (typeof CHANNELS)[keyof typeof CHANNELS];

/** A command to run in a container, without a shell. */
export interface PodCommand {
  readonly container: string;
  readonly command: readonly string[];
}

/** A running command: what it writes is handed to `onOutput` once `start` was called. */
interface Run {
  start(onOutput: (channel: Channel, bytes: Buffer) => void, onEnd: (cause?: unknown) => void): void;
  stop(): void;
}

/** stdout of a command that ended with exit code 0; otherwise throws `CallFailure` with what it wrote on stderr. */
export async function podExec(
  api: ApiServer,
  pod: PodRef,
  { container, command }: PodCommand,
): Promise<Buffer> {
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
  for (const word of command) query.append('command', word);
  const path = `${podPath(pod)}/exec?${query}`;
  const run = await byEitherProtocol(
    api,
    () => runBySocket(api, path),
    () => runBySpdy(api, path),
  );
  const output = await collect(api, run);
  const text = (channel: Channel): string => Buffer.concat(output[channel]).toString('utf8');
  const failure = execFailure(text('error'), text('stderr'), container);
  if (failure !== undefined) throw failure;
  return Buffer.concat(output.stdout);
}

async function runBySocket(api: ApiServer, path: string): Promise<Run> {
  const socket = await api.openSocket(path, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
  return {
    start: (onOutput, onEnd) => {
      socket.removeAllListeners('error');
      socket.on('error', onEnd);
      socket.once('close', () => onEnd());
      socket.on('message', (message: Buffer) => {
        const channel = Object.entries(CHANNELS).find(([number]) => Number(number) === message[0])?.[1];
        if (channel !== undefined) onOutput(channel, message.subarray(1));
      });
      socket.resume();
    },
    stop: () => socket.terminate(),
  };
}

async function runBySpdy(api: ApiServer, path: string): Promise<Run> {
  const connection = await api.openSpdy(path, 'v4.channel.k8s.io');
  return {
    start: (onOutput, onEnd) => {
      for (const channel of ['error', 'stdout', 'stderr'] as const) {
        const stream = connection.open({ streamType: channel });
        stream.on('data', (bytes: Buffer) => onOutput(channel, bytes));
        stream.on('error', onEnd);
        if (channel === 'error') stream.once('close', () => onEnd());
        stream.end();
      }
    },
    stop: () => connection.close(),
  };
}

/** All that a command writes, until it tells how it ended. */
async function collect(api: ApiServer, run: Run): Promise<Record<Channel, Buffer[]>> {
  const output: Record<Channel, Buffer[]> = { stdout: [], stderr: [], error: [] };
  const { signal, idleMs, maxBytes } = api;
  let length = 0;
  let onAbort = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const idle = setTimeout(() => reject(idleFailure(idleMs)), idleMs);
      const onEnd = (cause?: unknown): void => {
        clearTimeout(idle);
        if (cause === undefined) resolve();
        else reject(toCallFailure(cause));
      };
      onAbort = () => onEnd(abortFailure(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      run.start((channel, bytes) => {
        idle.refresh();
        output[channel].push(bytes);
        length += bytes.length;
        if (length > maxBytes) onEnd(tooLarge(maxBytes));
        // The status comes last; some servers leave the connection open after it.
        else if (channel === 'error' && bytes.length > 0) onEnd();
      }, onEnd);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    run.stop();
  }
  return output;
}

/** The failure that the closing `Status` of a command means; `undefined` for success. */
export function execFailure(status: string, stderr: string, container: string): CallFailure | undefined {
  let closing: unknown;
  try {
    closing = JSON.parse(status);
  } catch {
    return new CallFailure('Unreachable', 'the command ended without telling its exit code', {
      passing: true,
    });
  }
  if (field(closing, 'status') === 'Success') return undefined;
  const message = asString(field(closing, 'message')) ?? 'the command failed';
  const all = `${message} ${stderr}`;
  if (/connection refused|ECONNREFUSED/.test(all))
    return new CallFailure('Unreachable', 'connection refused in the container');
  if (/executable file not found|no such file/i.test(all))
    return new CallFailure('Unreachable', `container ${container} has no such command`);
  const cause = asObjects(field(closing, 'details', 'causes')).find((one) => one['reason'] === 'ExitCode');
  const code = asNumber(Number(asString(cause?.['message'])));
  const said = stderr.trim().split('\n').at(-1) ?? '';
  const exit = code === undefined ? message : `exit code ${code}`;
  return new CallFailure('Unreachable', said === '' ? exit : `${exit}: ${said.slice(0, 300)}`);
}
