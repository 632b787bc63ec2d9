import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

/** What a process wrote with its stderr on a terminal of 80 columns, in pieces with the time of each in seconds. */
export interface OnTerminal {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: readonly (readonly [at: number, text: string])[];
}

/** Reads the terminal while the process runs; Node.js has no pseudo-terminals of its own. */
const PROGRAM = `
import json, os, pty, subprocess, sys, time, fcntl, struct, termios
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
start = time.monotonic()
out = os.memfd_create('stdout')
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=out, stderr=slave)
os.close(slave)
pieces = []
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    pieces.append([time.monotonic() - start, data.decode('utf8', 'replace')])
code = child.wait()
os.lseek(out, 0, 0)
json.dump({'code': code, 'stdout': os.fdopen(out, 'rb').read().decode('utf8'), 'stderr': pieces}, sys.stdout)
`;

/** Runs Node.js with these arguments to its end, its stderr on a terminal. Needs python3. */
export function onTerminal(args: readonly string[]): Promise<OnTerminal> {
  const child = spawn('python3', ['-c', PROGRAM, process.execPath, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], HOME: '/nowhere', TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(JSON.parse(text) as OnTerminal));
  });
}
