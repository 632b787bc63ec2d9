import { spawn, spawnSync } from 'node:child_process';

/** Makes a terminal for a program and types into it; in Python, whose standard library can. */
const PTY = `
import os, pty, sys, select, time
answer, command = sys.argv[1], sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen, typed = b'', False
end = time.time() + 90
while time.time() < end:
    ready, _, _ = select.select([fd], [], [], 0.2)
    if not ready:
        continue
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if not typed and b'to go on: ' in seen:
        typed = True
        os.write(fd, answer.encode() + b'\\n')
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** Whether this machine can make a terminal for a test. */
export function hasTerminals(): boolean {
  return spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode(0)']).status === 0;
}

/** Runs a program in a terminal of its own and types `answer` when it asks; what was shown, and its exit code. */
export async function inTerminal(
  answer: string,
  command: readonly string[],
): Promise<{ readonly shown: string; readonly exitCode: number | null }> {
  const child = spawn('python3', ['-c', PTY, answer, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { shown: Buffer.concat(pieces).toString('utf8'), exitCode };
}
