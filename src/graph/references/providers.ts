import type { KubeObject } from '../../kube/object.ts';
import { asObject, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';

/** Providers that every mesh has without naming them. */
const BUILT_IN: ReadonlySet<string> = new Set(['envoy', 'prometheus', 'stackdriver']);

/** A reference to an extension provider of the mesh configuration. */
export function providerReference(collector: GraphCollector, written: Written): void {
  const config = collector.resources.all('MeshConfig')[0];
  const found = asObjects(config?.['extensionProviders']).some(({ name }) => name === written.text);
  if (!found && BUILT_IN.has(written.text)) return;
  const isKnown = !collector.isIncomplete('ConfigMap') && collector.gaps.filesOnly !== true;
  const node = collector.named('ExtensionProvider', undefined, written.text, found ? config : undefined);
  collector.to(written, node, found ? 'found' : isKnown ? 'missing' : 'unknown');
}

/**
 * The services behind the extension providers of the mesh configuration: `[namespace/]host`, taken as written. `asked`
 * tells whether anything asks a provider: installations list some that nobody uses, whose service need not be there.
 */
export function providerServices(
  collector: GraphCollector,
  config: KubeObject,
  asked: (provider: string) => boolean,
): void {
  const defaults = new Set(Object.values(asObject(config['defaultProviders']) ?? {}).flatMap(asStrings));
  asObjects(config['extensionProviders']).forEach((provider, index) => {
    const name = asString(provider['name']);
    if (name === undefined) return;
    for (const [type, settings] of Object.entries(provider)) {
      const text = asString(field(asObject(settings), 'service'));
      if (text === undefined || text === '') continue;
      const host = text.slice(text.indexOf('/') + 1);
      const [known] = collector.registry.find(host, '', ['*'])?.objects ?? [];
      if (known === undefined && !defaults.has(name) && !asked(name)) continue;
      const path = ['extensionProviders', index, type, 'service'];
      const target =
        known === undefined ? collector.named('Host', undefined, host, undefined) : collector.node(known);
      const missing = collector.gaps.filesOnly === true ? 'unknown' : 'missing';
      const node = collector.named('ExtensionProvider', undefined, name, config);
      const state = known === undefined ? missing : 'found';
      collector.between(node, target, { relation: 'is served by', path, text }, state);
    }
  });
}

/** The providers that a Telemetry sends to. */
export function telemetryReferences(collector: GraphCollector, from: KubeObject): void {
  for (const signal of ['tracing', 'metrics', 'accessLogging'])
    asObjects(field(from, 'spec', signal)).forEach((entry, index) => {
      asObjects(entry['providers']).forEach((provider, at) => {
        const text = asString(provider['name']);
        if (text === undefined) return;
        const path = ['spec', signal, index, 'providers', at, 'name'];
        providerReference(collector, { from, relation: 'asks', path, text });
      });
    });
}
