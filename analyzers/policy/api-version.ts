import { defineAnalyzer } from '#analysis';
import { messages } from './messages.ts';

/** Kinds of Istio that are served as v1. */
const KINDS = [
  'AuthorizationPolicy',
  'DestinationRule',
  'Gateway',
  'PeerAuthentication',
  'RequestAuthentication',
  'ServiceEntry',
  'Sidecar',
  'Telemetry',
  'VirtualService',
  'WorkloadEntry',
  'WorkloadGroup',
] as const;

/** What was served before; another version does not exist, which is a fault of its own (MSH0062). */
const OLD_VERSIONS = ['v1alpha1', 'v1alpha3', 'v1beta1'];

/** Resources that are written in an old version of the API. */
export const analyzer = defineAnalyzer({
  name: 'policy.ApiVersionAnalyzer',
  description: 'Checks that resources of Istio are written in the current API version.',
  inputs: KINDS,
  messages,
  codes: ['MSH0025'],
  scope: 'object',
  analyze: (context) => {
    for (const kind of KINDS)
      for (const resource of context.all(kind)) {
        const [group = '', version = ''] = resource.apiVersion.split('/');
        if (!OLD_VERSIONS.includes(version)) continue;
        const args = { version: resource.apiVersion, instead: `${group}/v1` };
        context.report('MSH0025', args, { resource, path: ['apiVersion'] });
      }
  },
});
