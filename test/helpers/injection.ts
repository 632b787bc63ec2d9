import { type InjectionHook, injectionHooks } from '../../src/kube/injection/hook.ts';
import type { KubeObject } from '../../src/kube/object.ts';

type Expression = readonly [key: string, operator: string, ...values: string[]];

function selector(expressions: readonly Expression[]): object {
  return {
    matchExpressions: expressions.map(([key, operator, ...values]) => ({
      key,
      operator,
      ...(values.length > 0 ? { values } : {}),
    })),
  };
}

const NEVER = { matchLabels: { 'istio.io/deactivated': 'never-match' } };
const CLIENT = {
  service: { name: 'istiod', namespace: 'istio-system', path: '/inject', port: 443 },
  caBundle: Buffer.from('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n').toString('base64'),
};

interface HookShape {
  readonly name?: string;
  readonly tag?: string;
  /** Whether it also takes namespaces labelled `istio-injection=enabled`, as the default revision and its tag do. */
  readonly isDefault?: boolean;
  readonly deactivated?: boolean;
  /** Members that each of its webhooks gets in addition. */
  readonly extra?: object;
}

/** The MutatingWebhookConfiguration that an installation of a revision, or a tag for it, makes. */
export function hookObject(revision: string, shape: HookShape = {}): KubeObject {
  const served = shape.tag ?? revision;
  const notFalse: Expression = ['sidecar.istio.io/inject', 'NotIn', 'false'];
  const noRevision: Expression = ['istio.io/rev', 'DoesNotExist'];
  const noInjection: Expression = ['istio-injection', 'DoesNotExist'];
  const webhook = (name: string, namespace: readonly Expression[], object: readonly Expression[]) => ({
    name: `${name}.sidecar-injector.istio.io`,
    clientConfig: CLIENT,
    failurePolicy: 'Fail',
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    namespaceSelector: shape.deactivated ? NEVER : selector(namespace),
    objectSelector: shape.deactivated ? NEVER : selector(object),
    ...shape.extra,
  });
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name:
        shape.name ?? (shape.tag ? `istio-revision-tag-${shape.tag}` : `istio-sidecar-injector-${revision}`),
      labels: {
        app: 'sidecar-injector',
        'istio.io/rev': revision,
        ...(shape.tag ? { 'istio.io/tag': shape.tag } : {}),
      },
    },
    webhooks: [
      webhook('rev.namespace', [['istio.io/rev', 'In', served], noInjection], [notFalse]),
      webhook('rev.object', [noRevision, noInjection], [notFalse, ['istio.io/rev', 'In', served]]),
      ...(shape.isDefault
        ? [
            webhook('namespace', [['istio-injection', 'In', 'enabled']], [notFalse]),
            webhook(
              'object',
              [noInjection, noRevision],
              [['sidecar.istio.io/inject', 'In', 'true'], noRevision],
            ),
          ]
        : []),
    ],
  };
}

/** The views of such configurations. */
export function hooksOf(...objects: readonly KubeObject[]): InjectionHook[] {
  return injectionHooks(objects);
}
