import { asObject, defineAnalyzer, field } from '#analysis';
import { DEFAULT_ROOT_NAMESPACE } from '#mesh/mesh-config';
import { messages } from './messages.ts';

/** Labels of a pod that name its application, and those that name its version; the first one wins. */
const APP = ['service.istio.io/canonical-name', 'app.kubernetes.io/name', 'app'] as const;
const VERSION = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'] as const;

/** Pods that metrics and traces can't tell apart by application and version. */
export const analyzer = defineAnalyzer({
  name: 'deployment.LabelsAnalyzer',
  description: 'Checks that pod templates have the labels by which telemetry tells workloads apart.',
  inputs: ['Deployment'],
  messages,
  codes: ['MSH0069'],
  scope: 'object',
  isOptIn: true,
  analyze: (context) => {
    for (const resource of context.all('Deployment')) {
      // Istio's own are told apart by revision.
      if (resource.metadata.namespace === DEFAULT_ROOT_NAMESPACE) continue;
      const labels = asObject(field(resource, 'spec', 'template', 'metadata', 'labels')) ?? {};
      const lacking = [APP, VERSION].filter((names) => names.every((name) => labels[name] === undefined));
      if (lacking.length === 0) continue;
      const names = lacking.map((group) => group[group.length - 1]).join(' and ');
      const path = ['spec', 'template', 'metadata', 'labels'];
      context.report('MSH0069', { labels: names }, { resource, path });
    }
  },
});
