import { asArray, asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

const CAPTURE = 'ISTIO_META_DNS_CAPTURE';
const AUTO_ALLOCATE: readonly string[] = ['ISTIO_META_DNS_AUTO_ALLOCATE', 'PILOT_ENABLE_IP_AUTOALLOCATE'];

/** TCP ports outside the mesh that nothing but an address could tell apart. */
export const analyzer = defineAnalyzer({
  name: 'serviceentry.AddressAnalyzer',
  referenceName: 'serviceentry.Analyzer',
  description: 'Checks that service entries with TCP ports have addresses.',
  inputs: ['ServiceEntry', 'MeshConfig'],
  messages,
  codes: ['IST0134'],
  scope: 'object',
  analyze: (context) => {
    if (givesOutAddresses(context.all('MeshConfig')[0])) return;
    for (const resource of context.all('ServiceEntry')) {
      if (field(resource, 'spec', 'addresses') !== undefined) continue;
      if (asArray(field(resource, 'status', 'addresses')).length > 0) continue;
      asObjects(field(resource, 'spec', 'ports')).forEach((port, index) => {
        const protocol = (asString(port['protocol']) ?? '').toLowerCase();
        if (protocol !== '' && protocol !== 'tcp') return;
        const path = ['spec', 'ports', index, 'name'];
        context.report('IST0134', { port: String(port['number'] ?? '') }, { resource, path });
      });
    }
  },
});

function givesOutAddresses(meshConfig: KubeObject | undefined): boolean {
  const metadata = field(meshConfig, 'defaultConfig', 'proxyMetadata');
  const isOn = (name: string): boolean => String(field(metadata, name)) === 'true';
  return isOn(CAPTURE) && AUTO_ALLOCATE.some(isOn);
}
