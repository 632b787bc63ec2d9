import { defineAnalyzer } from '#analysis';
import { messages } from './messages.ts';

const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';

/** The first release of the Gateway API whose definition of a kind istiod reads. */
const MINIMUM: Readonly<Record<string, string>> = {
  'grpcroutes.gateway.networking.k8s.io': '1.1.0',
  'backendtlspolicies.gateway.networking.k8s.io': '1.4.0',
  'tlsroutes.gateway.networking.k8s.io': '1.5.0',
  'tcproutes.gateway.networking.k8s.io': '1.6.0',
};

/** Definitions of Gateway API kinds that are too old for istiod. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.CRDVersionAnalyzer',
  description: 'Checks that the Gateway API is installed in a version that Istio reads.',
  inputs: ['CustomResourceDefinition'],
  messages,
  codes: ['IST0176'],
  scope: 'object',
  analyze: (context) => {
    for (const crd of context.all('CustomResourceDefinition')) {
      const minimum = Object.hasOwn(MINIMUM, crd.metadata.name) ? MINIMUM[crd.metadata.name] : undefined;
      const installed = crd.metadata.annotations?.[BUNDLE_VERSION] ?? '';
      if (minimum === undefined || !isOlder(installed, minimum)) continue;
      const path = ['metadata', 'annotations', BUNDLE_VERSION];
      context.report('IST0176', { crd: crd.metadata.name, installed, minimum }, { resource: crd, path });
    }
  },
});

/** Whether a version comes before another one; a pre-release counts as its release, what can't be read as none. */
function isOlder(version: string, minimum: string): boolean {
  const [numbers, least] = [version, minimum].map((text) =>
    /^v?(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number),
  );
  if (numbers === undefined || least === undefined) return false;
  const at = numbers.findIndex((number, index) => number !== least[index]);
  return at >= 0 && (numbers[at] ?? 0) < (least[at] ?? 0);
}
