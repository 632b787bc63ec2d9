import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { rootNamespace } from '../../../src/cli/root-namespace.ts';

/** A mesh whose istiods answer `debug/mesh` with these texts and which has these ConfigMaps. */
function contextOf(pages: readonly string[], configMaps: Record<string, string>, revision?: string) {
  const error = { code: 'NotRecorded', asked: 'mesh', of: 'x', reason: 'not recorded' };
  const source = {
    istiod: async () =>
      [...pages, undefined].map((page, index) => ({
        istiod: { name: `istiod-${index}`, namespace: 'control' },
        answer: page === undefined ? { ok: false, error } : { ok: true, value: Buffer.from(page) },
      })),
    resources: async () => ({
      ok: true,
      value: Object.entries(configMaps).map(([name, mesh]) => ({ metadata: { name }, data: { mesh } })),
    }),
  };
  const context = {
    globals: { revision },
    istioNamespace: async () => 'control',
    source: async () => source,
  };
  return context as unknown as CommandContext;
}

describe('the root namespace', () => {
  test.each([
    ['is what istiod says it uses', ['{"rootNamespace":"mesh-root"}'], { istio: 'rootNamespace: other' }],
    [
      'is that of another istiod where one says nothing',
      ['<html>', '{}', '{"rootNamespace":"mesh-root"}'],
      {},
    ],
    ['is that of the ConfigMap where no istiod says it', [], { istio: 'rootNamespace: mesh-root\n' }],
  ])('%s', async (_, pages, configMaps: Record<string, string>) => {
    expect(await rootNamespace(contextOf(pages, configMaps))).toBe('mesh-root');
  });

  test("is that of the revision's ConfigMap", async () => {
    const configMaps = { istio: 'rootNamespace: other', 'istio-canary': 'rootNamespace: mesh-root' };
    expect(await rootNamespace(contextOf([], configMaps, 'canary'))).toBe('mesh-root');
  });

  test.each([
    ['nothing', {}],
    ['an empty name', { istio: 'rootNamespace: ""' }],
    ['another type', { istio: 'rootNamespace: [a]' }],
    ['what is no YAML', { istio: '{' }],
  ])("is the control plane's namespace where the configuration says %s", async (_, configMaps) => {
    expect(await rootNamespace(contextOf(['null'], configMaps as Record<string, string>))).toBe('control');
  });
});
