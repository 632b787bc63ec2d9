import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openSource } from '../../../src/sources/open-source.ts';
import { RecordingSource } from '../../../src/sources/recording.ts';
import { openFolderSink } from '../../../src/sources/snapshot/folder-writer.ts';
import type { MeshSource } from '../../../src/sources/source.ts';
import { askEverything } from '../../sources/ask-everything.ts';
import { describeContract } from '../../sources/contract.ts';
import { describeLive } from '../bench.ts';

const NOW = '2026-11-23T02:11:39.000Z';

describeLive('a live cluster', (bench) => {
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-'));
  if (cart === undefined) throw new Error('no cart proxy');
  const open = (namespace?: string): MeshSource =>
    bench.open('admin', { istioNamespace: 'istio-system', clock: () => new Date(NOW), namespace });
  // The pod with the large dump and, where there are real Envoys, theirs: one alone and a pair.
  const added = bench.withoutEnvoy === undefined ? 4 : 1;
  const countOf = (wanted: string): number =>
    bench.mesh.objects().find(({ plural }) => plural === wanted)?.items.length ?? 0;
  describeContract(
    'the source of a live cluster',
    {
      live: true,
      now: NOW,
      clusters: ['demo'],
      istioNamespace: 'istio-system',
      // All recorded ones and the sidecar that has no proxy process.
      envoys: bench.proxies.length + 1 + added,
      ztunnels: 0,
      istiods: bench.istiods.length,
      envoy: {
        pod: cart,
        pages: ['config_dump', 'clusters', 'certs', 'listeners', 'server_info', 'stats', 'logging', 'memory'],
      },
      kinds: [
        { group: '', plural: 'pods', count: countOf('pods') + added },
        { group: 'networking.istio.io', plural: 'virtualservices', count: countOf('virtualservices') },
        { group: 'apps', plural: 'deployments', count: countOf('deployments') },
      ],
      namespace: 'shop',
    },
    async () => open(),
  );

  it('says the same when it is recorded and replayed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
    try {
      const sink = await openFolderSink(join(folder, 'snapshot'));
      const ticks = (): number => performance.now();
      const recording = new RecordingSource(open('shop'), sink, { createdBy: 'meshscope e2e', ticks });
      const live = await askEverything(recording);
      await recording.finish();
      const options = { cwd: folder, stdin: Readable.from([]), clock: () => new Date() };
      const replayed = await openSource({ from: 'snapshot', ...options });
      expect(await askEverything(replayed)).toEqual(live);
      await replayed.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
