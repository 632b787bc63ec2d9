import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { CliIo } from '../../../../src/cli/io.ts';
import { Journal, stateFolder } from '../../../../src/cli/log-levels/journal.ts';
import {
  type JournalEntry,
  journalText,
  parseJournal,
} from '../../../../src/cli/log-levels/journal-entry.ts';

const folder = mkdtempSync(join(tmpdir(), 'journal-'));
afterEach(() => rmSync(join(folder, 'meshscope'), { recursive: true, force: true }));

const NOW = new Date('2026-11-23T02:11:39Z');
const output = { write: async () => {}, isTTY: false, columns: undefined };
const io = (now = NOW): CliIo => ({
  stdin: Readable.from([]),
  stdout: output,
  stderr: output,
  env: { XDG_STATE_HOME: folder },
  cwd: '/',
  clock: () => now,
  signal: new AbortController().signal,
});

/** A process that has certainly ended: PIDs are below this on every system. */
const NOBODY = 2 ** 30;

const entry: JournalEntry = {
  login: {
    server: 'https://10.0.0.1:6443/',
    context: 'lab',
    kubeconfig: '/home/op/.kube/config',
    kubeconfigEnv: undefined,
    as: undefined,
    asGroup: [],
    asUid: undefined,
  },
  kind: 'envoy',
  pod: { name: 'cart-v1', namespace: 'shop' },
  uid: 'bbee0015',
  port: 15000,
  old: [{ logger: 'http', level: 'warning' }],
  whole: false,
  createdAt: '2026-11-23T02:10:00.000Z',
  deadline: '2026-11-23T02:20:00.000Z',
  host: hostname(),
  pid: NOBODY,
};

describe('the journal', () => {
  test('gives back what a process that is gone has left, and forgets what is put back', async () => {
    const journal = new Journal(io());
    const first = await journal.add(entry);
    await journal.add({ ...entry, pod: { name: 'ads', namespace: 'shop' } });
    const left = await new Journal(io()).leftBehind();
    expect(left.entries.map((one) => one.entry.pod.name)).toEqual(['cart-v1', 'ads']);
    expect(left.entries[0]?.entry).toEqual(entry);
    await journal.remove(first);
    expect((await journal.leftBehind()).entries.length).toBe(1);
    await journal.remove(first);
  });

  test('leaves a change alone while its process lives, until it is overdue', async () => {
    const journal = new Journal(io());
    await journal.add({ ...entry, pid: process.pid });
    expect((await journal.leftBehind()).entries).toEqual([]);
    const overdue = new Journal(io(new Date('2026-11-23T02:21:01Z')));
    expect((await overdue.leftBehind()).entries.length).toBe(1);
  });

  test('trusts another machine with its own changes until they are overdue', async () => {
    await new Journal(io()).add({ ...entry, host: 'elsewhere' });
    expect((await new Journal(io()).leftBehind()).entries).toEqual([]);
    expect((await new Journal(io(new Date('2026-11-23T03:00:00Z'))).leftBehind()).entries.length).toBe(1);
  });

  test('names files that are no change, and never mistakes a half-written one for it', async () => {
    await new Journal(io()).add(entry);
    const [name = ''] = readdirSync(join(folder, 'meshscope'));
    const damaged = join(folder, 'meshscope', name);
    writeFileSync(damaged, journalText(entry).slice(0, 100));
    writeFileSync(join(folder, 'meshscope', 'other.json'), '{}');
    expect(await new Journal(io()).leftBehind()).toEqual({ entries: [], damaged: [damaged] });
  });

  test('says that nothing was changed where it has no place', async () => {
    const homeless: CliIo = { ...io(), env: {} };
    await expect(new Journal(homeless).add(entry)).rejects.toThrow('no place to write down');
    expect(await new Journal(homeless).leftBehind()).toEqual({ entries: [], damaged: [] });
  });

  test('is in the state folder of XDG, and a relative one does not count', () => {
    expect(stateFolder({ HOME: '/home/op' })).toBe('/home/op/.local/state/meshscope');
    expect(stateFolder({ HOME: '/home/op', XDG_STATE_HOME: 'state' })).toBe(
      '/home/op/.local/state/meshscope',
    );
    expect(stateFolder({ HOME: '/home/op', XDG_STATE_HOME: '/var/state' })).toBe('/var/state/meshscope');
  });
});

describe('the text of a change', () => {
  test('comes back as it was, and any other JSON is none', () => {
    expect(parseJournal(journalText(entry))).toEqual(entry);
    fc.assert(fc.property(fc.jsonValue(), (value) => parseJournal(JSON.stringify(value)) === undefined));
  });

  test('without a pod, a level or a time is none', () => {
    for (const broken of [
      { ...entry, pod: {} },
      { ...entry, old: [] },
      { ...entry, deadline: 'soon' },
    ])
      expect(parseJournal(journalText(broken as JournalEntry))).toBeUndefined();
  });
});
