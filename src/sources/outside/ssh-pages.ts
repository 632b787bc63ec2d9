import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CallFailure } from '../cluster/call-failure.ts';
import type { AdminRequest } from '../cluster/envoy-page.ts';
import { abortFailure, type ExchangeLimits, idleFailure, tooLarge } from '../cluster/http-exchange.ts';

/** How a program ended. */
interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * A page of the Envoy on another machine: `curl` there asks the admin port, ssh carries the answer. Throws
 * `CallFailure`.
 */
export async function pageOverSsh(
  host: string,
  { method, port, path }: AdminRequest,
  limits: ExchangeLimits,
): Promise<Buffer> {
  const seconds = Math.max(1, Math.ceil(limits.idleMs / 1000));
  // The shell of the other machine reads this line: it is made of our own constants and numbers alone.
  const curl = `curl --silent --show-error --fail --noproxy '*' --request ${method} 'http://127.0.0.1:${port}${path}'`;
  const options = ['-T', '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${seconds}`];
  // No option can follow `--`, whatever the host looks like.
  const child = spawn('ssh', [...options, '--', host, curl], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = await untilEnd(child, limits);
  if (ended.code === 0) return ended.stdout;
  throw sshFailure(ended, host, port);
}

/** All that a program writes; it is ended when it is silent for too long, writes too much, or by the signal. */
function untilEnd(
  child: ChildProcessByStdio<null, Readable, Readable>,
  limits: ExchangeLimits,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { signal, idleMs, maxBytes } = limits;
    const chunks: Buffer[] = [];
    let stderr = '';
    let length = 0;
    const giveUp = (failure: CallFailure): void => {
      finish();
      child.kill('SIGTERM');
      reject(failure);
    };
    const onAbort = (): void => giveUp(abortFailure(signal));
    const idle = setTimeout(() => giveUp(idleFailure(idleMs)), idleMs);
    const finish = (): void => {
      clearTimeout(idle);
      signal?.removeEventListener('abort', onAbort);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      idle.refresh();
      length += chunk.length;
      if (length > maxBytes) giveUp(tooLarge(maxBytes));
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      idle.refresh();
      stderr = (stderr + chunk.toString('utf8')).slice(-2000);
    });
    child.once('error', (cause) => {
      finish();
      const missing = 'code' in cause && cause.code === 'ENOENT';
      reject(new CallFailure('Unreachable', missing ? 'there is no program ssh on PATH' : cause.message));
    });
    child.once('close', (code) => {
      finish();
      resolve({ code, stdout: Buffer.concat(chunks, length), stderr });
    });
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** ssh ends with 255 for its own failures, else with the exit code of the command: curl's, or 127 without one. */
function sshFailure({ code, stderr }: Ended, host: string, port: number): CallFailure {
  const said = stderr.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
  const because = said === '' ? '' : ` (${said})`;
  if (code === 255) {
    const next = `try: ssh ${host} true; no password is asked for here, so a key or an agent must do`;
    const refused = /permission denied|host key verification/i.test(stderr);
    return new CallFailure(refused ? 'Forbidden' : 'Unreachable', `ssh could not log in${because}`, { next });
  }
  if (code === 127)
    return new CallFailure('Unreachable', `${host} has no curl`, { next: `install curl on ${host}` });
  if (code === 7) {
    const next = '--proxy-admin-port names another port';
    return new CallFailure('Unreachable', `connection refused: nothing listens on port ${port} there`, {
      next,
    });
  }
  if (code === 22) return new CallFailure('Unreachable', `it did not answer 200${because}`);
  return new CallFailure('Unreachable', `curl on ${host} ended with ${code}${because}`);
}
