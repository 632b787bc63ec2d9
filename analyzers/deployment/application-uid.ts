import { asArray, asString, defineAnalyzer, type FieldPath, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

/** The user that istio-proxy runs as; the redirection rules leave its traffic alone. */
const PROXY_USER = 1337;
/** Istio's own containers, which may run as that user. */
const ISTIO_CONTAINERS: ReadonlySet<string> = new Set(['istio-proxy', 'istio-operator']);

/** Applications that run as the sidecar's user. Init containers run before redirection matters and are left out. */
export const analyzer = defineAnalyzer({
  name: 'deployment.ApplicationUIDAnalyzer',
  referenceName: 'applicationUID.Analyzer',
  description: 'Checks that no application runs as user 1337, the user of the sidecar proxy.',
  inputs: ['Pod', 'Deployment'],
  messages,
  codes: ['IST0144'],
  scope: 'object',
  analyze: (context) => {
    const check = (resource: KubeObject, podSpec: FieldPath): void => {
      if (isIstioItself(resource)) return;
      const [first, ...more] = placesOfProxyUser(resource, podSpec);
      if (first === undefined) return;
      const what = [first, ...more].map((place) => place.what).join(', ');
      context.report('IST0144', { what }, { resource, path: first.path });
    };
    for (const pod of context.all('Pod')) check(pod, ['spec']);
    for (const deployment of context.all('Deployment')) check(deployment, ['spec', 'template', 'spec']);
  },
});

/** Istio's own workloads carry a label `istio`, or `release: istio`. */
function isIstioItself({ metadata: { labels } }: KubeObject): boolean {
  return labels !== undefined && (Object.hasOwn(labels, 'istio') || labels['release'] === 'istio');
}

interface Place {
  readonly what: string;
  readonly path: FieldPath;
}

function placesOfProxyUser(resource: KubeObject, podSpec: FieldPath): readonly Place[] {
  const spec = field(resource, ...podSpec.map(String));
  const pod: readonly Place[] = isProxyUser(spec)
    ? [{ what: 'the pod', path: [...podSpec, 'securityContext', 'runAsUser'] }]
    : [];
  const containers = asArray(field(spec, 'containers')).flatMap((container, index): Place[] => {
    const name = asString(field(container, 'name')) ?? `number ${index + 1}`;
    if (ISTIO_CONTAINERS.has(name) || !isProxyUser(container)) return [];
    return [
      {
        what: `container ${name}`,
        path: [...podSpec, 'containers', index, 'securityContext', 'runAsUser'],
      },
    ];
  });
  return [...pod, ...containers];
}

function isProxyUser(owner: unknown): boolean {
  return field(owner, 'securityContext', 'runAsUser') === PROXY_USER;
}
