import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/commands/index.ts';
import { ExitCode } from '../../../src/util/errors.ts';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { AMBIENT_LINES, FORMS_LEFT_OUT, READ_LINES, type ReadLines } from '../read-lines.ts';
import { AMBIENT_SYSTEM, AmbientMesh } from '../servers/mesh/ambient-mesh.ts';
import { RecordedMesh } from '../servers/mesh/recorded-mesh.ts';

/** Each line, the first one of a command in every form that the command has. */
async function formsOf(lines: Readonly<Record<string, ReadLines>>): Promise<readonly string[]> {
  const forms = Object.entries(lines).map(async ([name, own]) => {
    if ('not' in own) return [];
    const entry = COMMANDS.commands.find((one) => one.name === name);
    if (entry === undefined) throw new Error(`there is no command ${name}`);
    const { command } = await entry.load();
    const [first = '', ...others] = own.map((line) => `${name} ${line}`);
    // Where `-o` names a folder there are no forms.
    if (first.includes('-o FOLDER')) return [first, ...others];
    const flags = [
      ...Object.keys(command.reporters).map((format) => `-o ${format}`),
      ...(command.compatReporters === undefined ? [] : ['--compat']),
    ].filter((flag) => !FORMS_LEFT_OUT.some((form) => form.command === name && form.flag === flag));
    return [...flags.map((flag) => `${first} ${flag}`), ...others];
  });
  return (await Promise.all(forms)).flat();
}

/** What a run printed, and the files that it wrote to `FOLDER`. */
async function ask(line: string, of: readonly string[], now?: Date) {
  const folder = mkdtempSync(join(tmpdir(), 'read-'));
  try {
    const words = line.replaceAll('FOLDER', folder).split(/\s+/);
    const { stdout, stderr, exitCode } = await run([...words, ...of], now === undefined ? {} : { now });
    const files = readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    if (line.includes('FOLDER')) expect(files.length, stderr).toBeGreaterThan(1);
    return { answer: { stdout: stdout.replaceAll(folder, 'FOLDER'), exitCode, files }, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Asked = Awaited<ReturnType<typeof ask>>['answer'];

/** One dump of the servers' own is larger than an archive takes. */
const LARGE =
  /its config_dump holds no secrets(?=\n|",?\n)|tried port-forward \(the answer is larger[^"\n]*/g;

/** What was out of reach is not recorded: a number of its own, of both the same. */
const UNREAD: readonly number[] = [ExitCode.notFound, ExitCode.unreachable];

/** An answer without what sets a mesh and its archive apart. */
function comparable({ stdout, exitCode, files }: Asked, archive: string): Asked {
  const text = stdout
    // The ways on name the archive.
    .replaceAll(` --from ${archive}`, '')
    .replaceAll(archive, 'admin')
    .replaceAll(LARGE, 'LARGE')
    // Nobody waits for what is recorded.
    .replaceAll(' within the time', '')
    .replaceAll(/("?timedOut"?: )true/g, '$1false')
    // A report says what it was made of, and what the archive says of itself.
    .replaceAll('recording of context', 'context')
    .replaceAll(/,\n *"redaction": "default"/g, '')
    .replaceAll(/,\n *\{\n *"what": "in the recording: .*\n.*\n *\}/g, '')
    .replaceAll(/^.*in the recording: .*\n/gm, '');
  return { stdout: text, exitCode: UNREAD.includes(exitCode) ? ExitCode.notFound : exitCode, files };
}

it('every command has lines or a reason for none', () => {
  expect(Object.keys(READ_LINES).sort()).toEqual(COMMANDS.commands.map(({ name }) => name).sort());
});

const SHOP = await formsOf(READ_LINES);
const AMBIENT = await formsOf(AMBIENT_LINES);

describeLive('what is read of a mesh is read from its archive', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  afterAll(() => rmSync(folder, { recursive: true }));

  async function collect(name: string, of: readonly string[], now?: Date): Promise<string> {
    const archive = join(folder, `${name}.tar.gz`);
    const { exitCode, stderr } = await run(['bug-report', '--output-file', archive, ...of], now && { now });
    expect(exitCode, stderr).toBe(0);
    expect((await run(['bug-report', 'verify', archive])).exitCode).toBe(0);
    return archive;
  }

  async function compare(line: string, of: readonly string[], archive: string, now?: Date): Promise<void> {
    const [mesh, recorded] = [await ask(line, of, now), await ask(line, ['--from', archive], now)];
    const said = mesh.stderr + recorded.stderr;
    expect(comparable(recorded.answer, archive), said).toEqual(comparable(mesh.answer, archive));
  }

  describe('shop', () => {
    let archive = '';
    beforeAll(async () => {
      archive = await collect('shop', live);
    }, 120_000);

    it.each(SHOP)('%s', { timeout: 30_000 }, (line) => compare(line, live, archive));
  });

  const ambient = RecordedMesh.find('ambient');
  describe.skipIf(ambient === undefined)('ambient', () => {
    /** The moment of the recording: otherwise its certificates have expired meanwhile. */
    const now = new Date('2026-11-23T02:51:26Z');
    const guest = [...live, '-i', AMBIENT_SYSTEM];
    let mesh: AmbientMesh | undefined;
    let archive = '';
    beforeAll(async () => {
      if (ambient === undefined) return;
      const node = JSON.parse(await bench.admin.text('/api/v1/nodes/lab-node-1'));
      mesh = new AmbientMesh(bench.admin, ambient, node.status.daemonEndpoints.kubeletEndpoint.Port);
      await mesh.start();
      archive = await collect('ambient', guest, now);
    }, 120_000);
    afterAll(async () => mesh?.stop());

    it.each(AMBIENT)('%s', { timeout: 30_000 }, (line) => compare(line, guest, archive, now));
  });
});
