import { defineMessages } from '#analysis';

/** What analyzers of sidecar injection report. */
export const messages = defineMessages({
  IST0102: {
    name: 'NamespaceNotInjected',
    level: 'info',
    template: 'the namespace says neither that its pods get a sidecar nor that they get none',
    why: 'Pods of this namespace stay outside the mesh: no mTLS, no policy, no telemetry.',
    fix: 'Label it istio-injection=enabled (or istio.io/rev=REVISION, or istio.io/dataplane-mode=ambient), or istio-injection=disabled to say that this is meant.',
  },
  IST0103: {
    name: 'PodMissingProxy',
    level: 'warning',
    template: 'the pod has no sidecar although its namespace asks for one',
    why: 'It is outside the mesh: servers that require mTLS refuse it, and no policy protects it. Most such pods are older than the label of their namespace.',
    fix: 'Restart the workload, so that its new pods are injected; meshscope check-inject tells why one is not.',
  },
  IST0123: {
    name: 'NamespaceMultipleInjectionLabels',
    level: 'warning',
    template: 'the namespace has several labels about injection: {labels}',
    why: 'Which of them wins depends on the webhooks that are installed: pods may be injected by another revision than meant, or not at all.',
    fix: 'Keep one of them.',
  },
  IST0146: {
    name: 'ImageAutoWithoutInjectionWarning',
    level: 'warning',
    template: 'its container istio-proxy has the image "auto", and no webhook would inject its pods',
    why: 'Injection is what replaces "auto" by the image of the proxy: without it the pods can not start.',
    fix: 'Label the namespace or the pod template for injection.',
  },
  IST0147: {
    name: 'ImageAutoWithoutInjectionError',
    level: 'error',
    template: 'its container istio-proxy has the image "auto", which injection did not replace',
    why: 'The pod can not start: there is no image of that name.',
    fix: 'Label the namespace or the pod template for injection, and make the pod anew.',
  },
  IST0148: {
    name: 'NamespaceInjectionEnabledByDefault',
    level: 'info',
    template: 'the namespace says nothing about injection, and its pods are injected by default',
    why: 'The injector is set up to inject every namespace that does not say no.',
    fix: 'Label it istio-injection=disabled if its pods should stay outside the mesh.',
  },
  IST0158: {
    name: 'PodsIstioProxyImageMismatchInNamespace',
    level: 'warning',
    template: 'the sidecars of these pods run another image than the injector gives now: {pods}',
    why: 'They were injected by an earlier version: they lack its fixes, and features that the control plane counts on.',
    fix: 'Restart the workloads of these pods.',
  },
});
