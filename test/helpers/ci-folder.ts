import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with files, gone when the test is over. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshscope-ci-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) put(folder, name, text);
  return folder;
}

/** Writes a file below a folder. */
export function put(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A route to a host that is not there: one error, at the line of the host. */
export const BROKEN_ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout
  namespace: shop
spec:
  hosts:
  - checkout.shop.svc.cluster.local
  http:
  - route:
    - destination:
        host: chekout
`;

/** The service that the route means. */
export const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: checkout
  namespace: shop
spec:
  selector:
    app: checkout
  ports:
  - name: http
    port: 80
`;

/** An application that runs as the user of the proxy: one warning. */
export const WRONG_USER = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  namespace: shop
spec:
  selector:
    matchLabels: {app: checkout}
  template:
    metadata:
      labels: {app: checkout}
    spec:
      containers:
      - name: app
        image: registry.example/checkout:1
        ports:
        - containerPort: 80
        securityContext:
          runAsUser: 1337
`;

/** The same fault in a route of another name and host. */
export function brokenRoute(name: string, namespace = 'shop'): string {
  return BROKEN_ROUTE.replace('name: checkout', `name: ${name}`)
    .replace('namespace: shop', `namespace: ${namespace}`)
    .replace('- checkout.shop', `- ${name}.${namespace}`);
}
