import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Local addresses on which a process listens, as the kernel writes them; empty when it listens on none. */
export function listeners(pid: number): readonly string[] {
  const inodes = socketInodes(pid);
  return listening(String(pid)).flatMap(({ local, inode }) => (inodes.has(inode) ? [local] : []));
}

/** Addresses, in the hexadecimal form of the kernel, at which any process listens on the port. */
export function listenersOn(port: number): readonly string[] {
  return listening('self').flatMap(({ local }) => {
    const [address = '', portHex = ''] = local.split(':');
    return Number.parseInt(portHex, 16) === port ? [address] : [];
  });
}

/** 127.0.0.1 and ::1 as the kernel writes them. */
export const LOOPBACK: readonly string[] = ['0100007F', '00000000000000000000000001000000'];

/** How the kernel writes the state of a socket that listens. */
const LISTEN = '0A';

function listening(pid: string): readonly { readonly local: string; readonly inode: string }[] {
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === LISTEN)
      .map(([, local = '', , , , , , , , inode = '']) => ({ local, inode })),
  );
}

/** How many sockets a process has open. */
export function socketCount(pid: number): number {
  return socketInodes(pid).size;
}

function socketInodes(pid: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
    if (inode !== undefined) found.add(inode);
  }
  return found;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed in the meantime.
    return '';
  }
}

/** Processes whose parent is `pid`. */
export function children(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

/** True when there is such a process. */
export function isAlive(pid: number): boolean {
  return parentOf(String(pid)) !== undefined;
}

/** The fourth field of `stat`, behind the name in brackets, which may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
