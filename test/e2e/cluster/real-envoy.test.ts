import { describe, expect, it } from 'vitest';
import type { EnvoyPage } from '../../../src/sources/source.ts';
import { asArray, field } from '../../../src/util/json.ts';
import { describeLive } from '../bench.ts';
import { REAL_POD } from '../servers/mesh/replayed-mesh.ts';

describeLive('a real Envoy behind the forward', (bench) => {
  const name = bench.withoutEnvoy === undefined ? 'answers' : `answers (skipped: ${bench.withoutEnvoy})`;
  describe.skipIf(bench.withoutEnvoy !== undefined)(name, () => {
    const textOf = async (page: EnvoyPage, user = 'admin'): Promise<string> => {
      const answer = await bench.open(user).envoy(REAL_POD, page);
      if (!answer.ok) throw new Error(answer.error.reason);
      return Buffer.from(answer.value).toString('utf8');
    };

    it('with its configuration, endpoints included', async () => {
      const dump: unknown = JSON.parse(await textOf('config_dump'));
      const sections = asArray(field(dump, 'configs')).map((section) => String(field(section, '@type')));
      for (const wanted of ['Bootstrap', 'Clusters', 'Listeners', 'Routes', 'Endpoints'])
        expect(sections.some((type) => type.includes(wanted))).toBe(true);
    });

    it('with its clusters, listeners, state and memory as JSON', async () => {
      const clusters: unknown = JSON.parse(await textOf('clusters'));
      expect(asArray(field(clusters, 'cluster_statuses')).length).toBe(1);
      const listeners: unknown = JSON.parse(await textOf('listeners'));
      expect(asArray(field(listeners, 'listener_statuses')).length).toBe(1);
      expect(field(JSON.parse(await textOf('server_info')), 'state')).toBe('LIVE');
      expect(field(JSON.parse(await textOf('memory')), 'allocated')).toMatch(/^\d+$/);
      expect(field(JSON.parse(await textOf('certs')), 'certificates')).toEqual([]);
    });

    it('with its log levels and statistics as text', async () => {
      expect(await textOf('logging')).toMatch(/^active loggers:\n(.*\n)* {2}main: warning\n/);
      expect(await textOf('stats')).toContain('envoy_server_live');
    });

    it('by exec as well', async () => {
      expect(field(JSON.parse(await textOf('server_info', 'no-portforward')), 'state')).toBe('LIVE');
    });
  });
});
