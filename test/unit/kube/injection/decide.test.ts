import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideInjection, type InjectionDecision } from '../../../../src/kube/injection/decide.ts';
import { type InjectionHook, injectionHooks } from '../../../../src/kube/injection/hook.ts';
import { injectionTemplate, injectorPolicy } from '../../../../src/kube/injection/injector-policy.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { hookObject, hooksOf } from '../../../helpers/injection.ts';

type Labels = Record<string, string>;

const DEFAULT = hooksOf(hookObject('default', { name: 'istio-sidecar-injector', isDefault: true }));
const CANARY = hooksOf(hookObject('1-30', { tag: 'default', isDefault: true }), hookObject('canary'));

function decide(
  hooks: readonly InjectionHook[],
  namespace: Labels,
  labels: Labels = {},
  more: { annotations?: Labels; hostNetwork?: boolean; name?: string; config?: object } = {},
): InjectionDecision {
  const { annotations = {}, hostNetwork = false, name = 'shop', config = { policy: 'enabled' } } = more;
  return decideInjection({ labels, annotations, hostNetwork }, { name, labels: namespace }, hooks, () =>
    injectorPolicy(config),
  );
}

const ENABLED = { 'istio-injection': 'enabled' };

describe('the decision on a sidecar', () => {
  it('turns on the label of the namespace', () => {
    const { outcome, decisive } = decide(DEFAULT, ENABLED);
    expect(outcome).toBe('injected');
    expect(decisive?.webhook.name).toBe('namespace.sidecar-injector.istio.io');
    expect(decisive?.rule).toEqual({
      kind: 'label',
      scope: 'namespace',
      key: 'istio-injection',
      value: 'enabled',
    });
  });

  it('is what the label of the pod asks for where the namespace says nothing', () => {
    expect(decide(DEFAULT, {}, { 'sidecar.istio.io/inject': 'true' }).decisive?.rule).toMatchObject({
      scope: 'pod',
      key: 'sidecar.istio.io/inject',
    });
    expect(decide(CANARY, {}, { 'istio.io/rev': 'canary' }).decisive?.hook.revision).toBe('canary');
  });

  it('is what the pod refuses, in any namespace', () => {
    for (const namespace of [ENABLED, { 'istio.io/rev': 'default' }, {}]) {
      const { outcome, decisive } = decide(DEFAULT, namespace, { 'sidecar.istio.io/inject': 'false' });
      expect(outcome).toBe('not injected');
      expect(decisive?.rule).toMatchObject({ kind: 'opted-out', scope: 'pod', value: 'false' });
    }
  });

  it('is what the namespace refuses, even when the pod asks', () => {
    const disabled = { 'istio-injection': 'disabled' };
    for (const labels of [{}, { 'sidecar.istio.io/inject': 'true' }]) {
      expect(decide(DEFAULT, disabled, labels).decisive?.rule).toMatchObject({
        kind: 'opted-out',
        scope: 'namespace',
        value: 'disabled',
      });
    }
  });

  it('follows a tag to its revision, and istio-injection before a revision', () => {
    expect(decide(CANARY, ENABLED).decisive?.hook).toMatchObject({ revision: '1-30', tag: 'default' });
    expect(decide(CANARY, { 'istio.io/rev': 'canary' }).decisive?.hook.revision).toBe('canary');
    expect(decide(CANARY, { ...ENABLED, 'istio.io/rev': 'canary' }).decisive?.hook.revision).toBe('1-30');
  });

  it('names the revision that is asked for and that nothing serves', () => {
    expect(decide(CANARY, { 'istio.io/rev': 'canry' }).decisive?.rule).toMatchObject({
      kind: 'other-revision',
      revision: 'canry',
    });
    const onlyRevision = hooksOf(hookObject('canary'));
    expect(decide(onlyRevision, ENABLED).decisive?.rule).toMatchObject({
      kind: 'other-revision',
      revision: 'default',
    });
  });

  it('lists the labels that would ask for it, the easiest first', () => {
    const { rule } = decide(DEFAULT, {}).decisive ?? {};
    expect(rule?.kind === 'not-asked' && rule.wanted.map(({ scope, key }) => `${scope} ${key}`)).toEqual([
      'namespace istio-injection',
      'namespace istio.io/rev',
      'pod sidecar.istio.io/inject',
      'pod istio.io/rev',
    ]);
  });

  it('is a conflict when several configurations inject', () => {
    const both = hooksOf(
      hookObject('default', { isDefault: true }),
      hookObject('1-30', { tag: 'default', isDefault: true }),
    );
    expect(decide(both, ENABLED).outcome).toBe('conflict');
  });

  it('tells a deactivated configuration from one that was not asked', () => {
    const off = hooksOf(hookObject('default', { isDefault: true, deactivated: true }));
    expect(decide(off, ENABLED).decisive?.rule).toEqual({ kind: 'deactivated' });
    expect(decide([], ENABLED).outcome).toBe('no webhook');
  });

  it('takes unlabelled namespaces where the webhook wants no label', () => {
    const webhook = hookObject('default').webhooks as object[];
    const all = hooksOf({
      ...hookObject('default'),
      webhooks: [{ ...webhook[0], namespaceSelector: {}, objectSelector: undefined }],
    });
    expect(decide(all, {}).decisive?.rule).toEqual({ kind: 'by-default' });
  });

  it('leaves out webhooks that are not called for new pods', () => {
    const updates = hookObject('default', {
      isDefault: true,
      extra: { rules: [{ operations: ['UPDATE'], resources: ['pods'] }] },
    });
    expect(hooksOf(updates)).toEqual([]);
  });
});

describe('the injector, once called,', () => {
  it.each([
    ['passes by the network of the node', {}, { hostNetwork: true }, { kind: 'host-network' }],
    ['passes by namespaces of Kubernetes', {}, { name: 'kube-system' }, { kind: 'system-namespace' }],
    [
      'listens to the annotation',
      {},
      { annotations: { 'sidecar.istio.io/inject': 'no' } },
      { kind: 'inject-value', on: 'annotation', value: 'no' },
    ],
    [
      'takes any other word for a refusal',
      { 'sidecar.istio.io/inject': 'maybe' },
      {},
      { kind: 'inject-value', on: 'label', value: 'maybe' },
    ],
    [
      'heeds neverInjectSelector',
      { app: 'job' },
      { config: { policy: 'enabled', neverInjectSelector: [{ matchLabels: { app: 'job' } }] } },
      { kind: 'never-selector' },
    ],
    ['waits to be asked under policy disabled', {}, { config: { policy: 'disabled' } }, { kind: 'policy' }],
    ['injects nothing under an unknown policy', {}, { config: { policy: 'off' } }, { kind: 'policy' }],
  ])('%s', (_, labels, more, rule) => {
    const { outcome, decisive } = decide(DEFAULT, ENABLED, labels, more);
    expect(outcome).toBe('not injected');
    expect(decisive?.rule).toMatchObject(rule);
  });

  it.each([
    [
      'the label before the annotation',
      { 'sidecar.istio.io/inject': 'TRUE' },
      { annotations: { 'sidecar.istio.io/inject': 'false' } },
    ],
    [
      'the label before neverInjectSelector',
      { app: 'job', 'sidecar.istio.io/inject': 'yes' },
      { config: { policy: 'enabled', neverInjectSelector: [{ matchLabels: { app: 'job' } }] } },
    ],
    [
      'alwaysInjectSelector before policy disabled',
      { app: 'api' },
      { config: { policy: 'disabled', alwaysInjectSelector: [{ matchLabels: { app: 'api' } }] } },
    ],
    [
      'pods like any where a selector is empty',
      {},
      { config: { policy: 'enabled', neverInjectSelector: [{}] } },
    ],
  ])('injects, taking %s', (_, labels, more) => {
    expect(decide(DEFAULT, ENABLED, labels, more).outcome).toBe('injected');
  });
});

describe('whatever the objects hold', () => {
  it('there is a decision with a rule for each configuration', () => {
    const webhook = fc.record({
      name: fc.oneof(fc.constant('x.istio.io'), fc.anything()),
      namespaceSelector: fc.anything(),
      objectSelector: fc.anything(),
      rules: fc.oneof(fc.constant([{ operations: ['*'], resources: ['*'] }]), fc.anything()),
      clientConfig: fc.anything(),
      matchConditions: fc.anything(),
    });
    const object = fc.record({
      metadata: fc.record({ name: fc.string(), labels: fc.anything() }),
      webhooks: fc.array(webhook),
    });
    fc.assert(
      fc.property(fc.array(object), fc.anything(), fc.anything(), (objects, pod, config) => {
        const hooks = injectionHooks(objects as unknown as KubeObject[]);
        const place = { name: 'shop', labels: ENABLED };
        const decision = decideInjection(injectionTemplate(pod), place, hooks, () => injectorPolicy(config));
        expect(decision.hooks.map(({ rule }) => typeof rule.kind)).toEqual(hooks.map(() => 'string'));
      }),
    );
  });
});
