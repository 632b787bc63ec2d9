import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';

const PATHS: Readonly<Record<string, string>> = {
  ConfigMap: 'core/v1/configmaps',
  Deployment: 'apps/v1/deployments',
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  Namespace: 'core/v1/namespaces',
  Pod: 'core/v1/pods',
  Service: 'core/v1/services',
  WorkloadGroup: 'networking.istio.io/v1/workloadgroups',
};

/** A recording, in a folder for the length of a test, that holds these objects; every kind above is in it. */
export function objectMesh(objects: readonly KubeObject[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'object-mesh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [kind, path] of Object.entries(PATHS)) {
    const file = join(folder, 'clusters/test/kubernetes', `${path}.json`);
    mkdirSync(dirname(file), { recursive: true });
    const items = objects.filter((one) => one.kind === kind);
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }
  return folder;
}

/** A namespace with labels. */
export function namespaceObject(name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A ready pod; with a revision, one that has the sidecar of it. */
export function podObject(name: string, namespace: string, revision?: string, labels = {}): KubeObject {
  const annotations = { 'istio.io/rev': revision, 'sidecar.istio.io/status': '{}' };
  const names = revision === undefined ? ['app'] : ['app', 'istio-proxy'];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels,
      ...(revision === undefined ? {} : { annotations }),
    } as KubeObject['metadata'],
    spec: { containers: names.map((one) => ({ name: one, args: ['proxy', 'sidecar'] })) },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-23T02:00:00Z' }],
    },
  };
}

/** The Service that injection webhooks call, and the pod behind it. */
export function istiodObjects(revision = 'default'): KubeObject[] {
  const labels = { app: 'istiod', 'istio.io/rev': revision };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'istiod', namespace: 'istio-system' },
      spec: { selector: { app: 'istiod' } },
    },
    podObject(`istiod-${revision}`, 'istio-system', undefined, labels),
  ];
}
