import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import { RecordingSource } from '../../src/sources/recording.ts';
import { openFolderSink } from '../../src/sources/snapshot/folder-writer.ts';
import type { Answer, MeshSource } from '../../src/sources/source.ts';
import type { SourceError } from '../../src/sources/source-error.ts';
import { ROOT } from '../helpers/run.ts';
import { askEverything } from './ask-everything.ts';

const scratch = mkdtempSync(join(tmpdir(), 'meshscope-recording-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const open = (from: string): Promise<MeshSource> => {
  return openSource({ from, cwd: scratch, stdin: Readable.from([]), clock: () => new Date() });
};

let ticks = 0;
async function record(
  source: MeshSource,
  to: string,
  ask: (source: MeshSource) => Promise<unknown>,
): Promise<unknown> {
  const sink = await openFolderSink(join(scratch, to));
  const recording = new RecordingSource(source, sink, {
    createdBy: 'meshscope 1.2.3',
    ticks: () => {
      ticks += 7.4;
      return ticks;
    },
  });
  const said = await ask(recording);
  await recording.finish();
  await recording.close();
  return said;
}

/** Every file of a folder with its text; the two fields of the index that may differ are taken out. */
function contentOf(folder: string): Map<string, string> {
  const root = join(scratch, folder);
  const found = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(
      path.slice(root.length + 1),
      readFileSync(path, 'utf8').replace(/^ *"(?:tookMs|createdAt)": .*\n/gm, ''),
    );
  }
  return found;
}

describe('record, replay, record', () => {
  for (const mesh of ['shop', 'ambient']) {
    test(`gives the same bytes for the ${mesh} mesh, and the same answers`, async () => {
      const first = await record(await open(join(ROOT, 'fixtures/meshes', mesh)), `${mesh}-1`, askEverything);
      const second = await record(await open(`${mesh}-1`), `${mesh}-2`, askEverything);
      expect(second).toEqual(first);
      expect(contentOf(`${mesh}-2`)).toEqual(contentOf(`${mesh}-1`));
      expect(contentOf(`${mesh}-1`).size).toBeGreaterThan(20);
    });
  }

  test('keeps failures, gaps and namespaces for what they are', async () => {
    const first = await record(new FailingSource(), 'failing-1', askPieces);
    const second = await record(await open('failing-1'), 'failing-2', askPieces);
    expect(second).toEqual(first);
    expect(contentOf('failing-2')).toEqual(contentOf('failing-1'));
  });
});

describe('a recording', () => {
  test('is readable by its owner alone', async () => {
    await record(new FailingSource(), 'private', askPieces);
    expect(statSync(join(scratch, 'private/snapshot.json')).mode & 0o077).toBe(0);
    expect(statSync(join(scratch, 'private/clusters')).mode & 0o077).toBe(0);
  });

  test('is refused where files are already', async () => {
    await record(new FailingSource(), 'twice', askPieces);
    await expect(openFolderSink(join(scratch, 'twice'))).rejects.toMatchObject({ exitCode: 64 });
  });

  test('keeps the first answer of a question asked twice, and an answer after a failure', async () => {
    const source = new FailingSource();
    await record(source, 'again', async (recording) => {
      await recording.envoy(POD, 'memory');
      source.calm = true;
      await recording.envoy(POD, 'memory');
      await recording.envoy(POD, 'memory');
    });
    const replay = await open('again');
    expect(await replay.envoy(POD, 'memory')).toMatchObject({ ok: true, value: Buffer.from('memory 2') });
  });

  test('holds a file once, also when it is asked for twice at once', async () => {
    const paths: string[] = [];
    const sink = {
      write: async (path: string) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        paths.push(path);
        return undefined;
      },
    };
    const source = new FailingSource();
    source.calm = true;
    const recording = new RecordingSource(source, sink, { createdBy: 'x', ticks: () => 0 });
    const asked = [1, 2, 3].map(() => recording.envoy(POD, 'memory'));
    expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true);
    expect(paths).toHaveLength(1);
  });

  test('never passes a list of a namespace that was cut short for a whole one', async () => {
    const source = new FailingSource();
    const ask = source.resources.bind(source);
    const missing = [failure('Timeout', 'the second page did not come').error];
    source.resources = async (query) => {
      const answer = await ask(query);
      return answer.ok && query.namespace === 'edge' ? { ...answer, missing } : answer;
    };
    const pods = { group: '', plural: 'pods' };
    await record(source, 'cut-short', async (recording) => {
      for (const namespace of ['payments', 'edge']) await recording.resources({ ...pods, namespace });
    });
    const replay = await open('cut-short');
    expect(await replay.resources({ ...pods, namespace: 'edge' })).toMatchObject({
      ok: true,
      value: [{ metadata: { namespace: 'edge' } }],
      missing: [{ reason: expect.stringContaining('the second page did not come') }],
    });
  });

  test('lists a proxy that was never asked as left out', async () => {
    await record(new FailingSource(), 'unasked', (recording) => recording.proxies());
    const replay = await open('unasked');
    expect(await replay.proxies()).toEqual({
      ok: true,
      value: [{ pod: { ...POD, cluster: 'east/1' }, kind: 'envoy' }],
    });
    expect(await replay.envoy(POD, 'config_dump')).toMatchObject({
      ok: false,
      error: { code: 'NotRecorded', reason: 'it was not asked for' },
    });
  });
});

const POD = { name: 'ledger-0', namespace: 'payments' };

/** Asks what `FailingSource` answers in part, not at all, or for one namespace. */
async function askPieces(source: MeshSource): Promise<unknown[]> {
  const shown = (answer: Answer<unknown>): unknown => {
    if (answer.ok) return [answer.value, answer.missing?.map((error) => error.reason)];
    return [answer.error.code === 'NotFound' ? 'NotFound' : 'failed', answer.error.reason];
  };
  const said: unknown[] = [await source.clusters()];
  for (const namespace of ['payments', 'edge']) {
    said.push(shown(await source.resources({ group: '', plural: 'pods', namespace })));
  }
  // A replay tells which namespaces were recorded instead of why this one was not.
  said.push((await source.resources({ group: '', plural: 'pods', namespace: 'forbidden' })).ok);
  said.push(shown(await source.resources({ group: '', plural: 'nodes' })));
  said.push(shown(await source.resources({ group: 'extensions.istio.io', plural: 'wasmplugins' })));
  said.push(shown(await source.proxies()));
  said.push(shown(await source.envoy(POD, 'config_dump')));
  said.push(shown(await source.logs({ pod: POD, container: 'istio-proxy', previous: true })));
  said.push(
    (await source.istiod({ channel: 'debug', name: 'edsz', proxy: POD })).map(({ answer }) => shown(answer)),
  );
  return said;
}

/** A cluster of which hardly anything can be had, with a name that needs encoding. */
class FailingSource implements MeshSource {
  readonly kind = 'cluster';
  readonly label = 'east';
  readonly context = 'admin@east';
  readonly capabilities = new Set<never>();
  readonly now = new Date('2026-05-04T03:02:01Z');
  readonly istioNamespace = 'mesh-system';
  readonly revision = '1-30';
  calm = false;
  private asked = 0;

  async clusters(): Promise<readonly string[]> {
    return ['east/1'];
  }

  async resources({ plural, namespace }: { plural: string; namespace?: string | undefined }) {
    if (plural === 'wasmplugins') return failure('NotFound', 'the server does not serve this kind');
    if (namespace === 'forbidden')
      return failure('Forbidden', 'pods is forbidden: can not list in forbidden');
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `a-${plural}`, namespace: namespace ?? '' },
    };
    if (namespace !== undefined) return { ok: true as const, value: [object] };
    const missing = [failure('Timeout', 'the second page did not come').error];
    return { ok: true as const, value: [{ ...object, metadata: { name: 'node-1' } }], missing };
  }

  async proxies() {
    return { ok: true as const, value: [{ pod: { ...POD, cluster: 'east/1' }, kind: 'envoy' as const }] };
  }

  async istiod() {
    const istiod = { name: 'istiod-0', namespace: 'mesh-system', cluster: 'east/1' };
    return [{ istiod, answer: failure('Unreachable', 'connection refused') }];
  }

  async envoy(_pod: unknown, page: string): Promise<Answer<Uint8Array>> {
    this.asked += 1;
    if (page === 'memory' && this.calm) return { ok: true, value: Buffer.from(`memory ${this.asked}`) };
    return failure('Timeout', 'no answer after 5s');
  }

  async ztunnel() {
    return failure('Unreachable', 'there is no ztunnel');
  }

  async cni() {
    return failure('Unreachable', 'connection refused');
  }

  async logs(): Promise<Answer<Uint8Array>> {
    return { ok: true, value: Buffer.from('starting\n') };
  }

  async close(): Promise<void> {}
}

function failure(
  code: SourceError['code'],
  reason: string,
): { readonly ok: false; readonly error: SourceError } {
  return { ok: false, error: { code, asked: 'a question', of: 'east', reason } };
}
