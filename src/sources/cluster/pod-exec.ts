import type { PodRef } from '../../kube/pod-ref.ts';
import { asNumber, asObjects, asString, field } from '../../util/json.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure, toCallFailure } from './call-failure.ts';
import { abortFailure, idleFailure, tooLarge } from './http-exchange.ts';
import { podPath } from './port-stream.ts';

const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

/** A command to run in a container, without a shell. */
export interface PodCommand {
  readonly container: string;
  readonly command: readonly string[];
}

/** stdout of a command that ended with exit code 0; otherwise throws `CallFailure` with what it wrote on stderr. */
export async function podExec(
  api: ApiServer,
  pod: PodRef,
  { container, command }: PodCommand,
): Promise<Buffer> {
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
  for (const word of command) query.append('command', word);
  const socket = await api.openSocket(`${podPath(pod)}/exec?${query}`, [
    'v5.channel.k8s.io',
    'v4.channel.k8s.io',
  ]);
  const output: Record<number, Buffer[]> = { [STDOUT]: [], [STDERR]: [], [STATUS]: [] };
  let length = 0;
  const { signal } = api;
  let onAbort = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const idle = setTimeout(() => reject(idleFailure(api.idleMs)), api.idleMs);
      const end = (settle: () => void): void => {
        clearTimeout(idle);
        settle();
      };
      socket.removeAllListeners('error');
      socket.on('error', (cause) => end(() => reject(toCallFailure(cause))));
      socket.once('close', () => end(resolve));
      onAbort = () => end(() => reject(abortFailure(signal)));
      signal?.addEventListener('abort', onAbort, { once: true });
      socket.on('message', (message: Buffer) => {
        idle.refresh();
        output[message[0] ?? -1]?.push(message.subarray(1));
        length += message.length - 1;
        if (length > api.maxBytes) end(() => reject(tooLarge(api.maxBytes)));
        // The status is the last message; some servers leave the socket open after it.
        else if (message[0] === STATUS && message.length > 1) end(resolve);
      });
      socket.resume();
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
    socket.terminate();
  }
  const text = (channel: number): string => Buffer.concat(output[channel] ?? []).toString('utf8');
  const failure = execFailure(text(STATUS), text(STDERR), container);
  if (failure !== undefined) throw failure;
  return Buffer.concat(output[STDOUT] ?? []);
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
  const cause = asObjects(field(closing, 'details', 'causes')).find((one) => one['reason'] === 'ExitCode');
  const code = asNumber(Number(asString(cause?.['message'])));
  const said = stderr.trim().split('\n').at(-1) ?? '';
  if (/connection refused|ECONNREFUSED/.test(`${message} ${stderr}`))
    return new CallFailure('Unreachable', 'connection refused in the container');
  if (/executable file not found|no such file/i.test(`${message} ${stderr}`))
    return new CallFailure('Unreachable', `container ${container} has no such command`);
  const exit = code === undefined ? message : `exit code ${code}`;
  return new CallFailure('Unreachable', said === '' ? exit : `${exit}: ${said.slice(0, 300)}`);
}
