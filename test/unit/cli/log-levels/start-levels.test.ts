import { describe, expect, test } from 'vitest';
import { SERVER_KINDS } from '../../../../src/cli/log-levels/server-kind.ts';
import { settingsAtStart, startLevels } from '../../../../src/cli/log-levels/start-levels.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import type { LiveMesh } from '../../../../src/sources/live-mesh.ts';

/** A mesh whose Envoys answer `/server_info` with this, or not at all. */
function mesh(info: unknown): LiveMesh {
  const error = { code: 'Unreachable', asked: '', of: '', reason: 'connection refused' } as const;
  return {
    server: 'https://10.0.0.1/',
    mayI: async () => undefined,
    connect: async () => ({ ok: false, error }),
    request: async () =>
      info === undefined
        ? { ok: false, error }
        : { ok: true, value: { status: 200, body: Buffer.from(JSON.stringify(info)) } },
    async *followLog() {},
  };
}

const pod = { name: 'cart', namespace: 'shop' };
const object = (args: readonly string[], annotations = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...pod, annotations },
  spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'istio-proxy', args }] },
});
const start = (info: unknown, of?: KubeObject) =>
  startLevels(mesh(info), { pod, uid: 'u', object: of }, 15000);

describe('what an Envoy was started with', () => {
  test('is what it says itself', async () => {
    const info = { command_line_options: { log_level: 'info', component_log_level: 'misc:error' } };
    expect(await start(info, object(['--proxyLogLevel=off']))).toEqual({
      all: 'info',
      components: 'misc:error',
    });
  });

  test('is what the arguments of its agent say, in both forms, when it says nothing', async () => {
    const args = ['proxy', '--proxyLogLevel=debug', '--proxyComponentLogLevel', 'rbac:trace'];
    for (const info of [undefined, 'text', {}])
      expect(await start(info, object(args))).toEqual({ all: 'debug', components: 'rbac:trace' });
  });

  test('is what the annotations say, else the default of Istio', async () => {
    const annotations = {
      'sidecar.istio.io/logLevel': 'warn',
      'sidecar.istio.io/componentLogLevel': 'lua:info',
    };
    expect(await start(undefined, object([], annotations))).toEqual({
      all: 'warning',
      components: 'lua:info',
    });
    expect(await start(undefined, object([]))).toEqual({ all: 'warning', components: '' });
    expect(await start(undefined)).toEqual({ all: 'warning', components: '' });
  });

  test('gives each logger its level; what names none is left out', () => {
    const now = SERVER_KINDS.envoy.parse('active loggers:\n  http: debug\n  misc: debug\n', 'page');
    const settings = settingsAtStart({ all: 'warning', components: 'misc:error,http:loud,gone:info,' }, now);
    expect(settings).toEqual([
      { logger: 'http', level: 'warning' },
      { logger: 'misc', level: 'error' },
    ]);
  });
});
