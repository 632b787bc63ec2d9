import { readFileSync } from 'node:fs';
import { afterEach, describe, inject, it } from 'vitest';
import { type ClusterOptions, openClusterSource } from '../../src/sources/cluster/open-cluster.ts';
import type { MeshSource } from '../../src/sources/source.ts';
import { AdminClient } from './servers/admin-client.ts';
import type { ControlCommand } from './servers/mesh/control-server.ts';
import type { Fault } from './servers/mesh/page-server.ts';
import { type PodName, RecordedMesh } from './servers/mesh/recorded-mesh.ts';

/** What the running servers tell the tests, or why there are none. */
export type Bench =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      /** One context a user of `users.ts`, and `admin`. */
      readonly kubeconfig: string;
      readonly auditLog: string;
      readonly control: string;
      /** For `--cert-dir`. */
      readonly certDir: string;
      readonly proxies: readonly PodName[];
      readonly istiods: readonly PodName[];
      /** Why there is no real Envoy; `undefined` when it runs. */
      readonly withoutEnvoy: string | undefined;
      /** Where the client of the real pair takes requests; `undefined` without a real Envoy. */
      readonly outbound: number | undefined;
    };

declare module 'vitest' {
  export interface ProvidedContext {
    bench: Bench;
  }
}

/** The running servers, with the switches of their faults. */
export interface RunningBench {
  readonly kubeconfig: string;
  readonly auditLog: string;
  /** Certificate of istio-system/istio-reader-service-account, its key and the root of the mesh. */
  readonly certDir: string;
  readonly proxies: readonly PodName[];
  readonly istiods: readonly PodName[];
  readonly withoutEnvoy: string | undefined;
  readonly outbound: number | undefined;
  readonly mesh: RecordedMesh;
  /** The cluster seen with the login of a user; closed after the test. */
  open(user: string, options?: Partial<ClusterOptions>): MeshSource;
  /** Writes to the cluster as its administrator. */
  readonly admin: AdminClient;
  setFault(pod: PodName, port: number, fault: Fault): Promise<void>;
  /** Path and query of the requests that a pod's server has answered since the last call. */
  asked(pod: PodName, port: number): Promise<readonly string[]>;
  /** The largest number of requests that a pod's server had at a time since the last call. */
  mostAtATime(pod: PodName, port: number): Promise<number>;
  /** Port of this machine that a pod's port leads to. */
  localPort(pod: PodName, port: number): Promise<number>;
  /** Adds pods in namespace `load` whose Envoy is that of a recorded pod. */
  addReplicas(of: PodName, port: number, names: readonly string[]): Promise<void>;
  addIstiod(name: string): Promise<PodName>;
  /** Adds a ztunnel in namespace `load`. */
  addZtunnel(name: string, node: string): Promise<PodName>;
  removePod(pod: PodName): Promise<void>;
}

/** A suite that needs the servers: skipped, with the reason as its only test, on a machine that lacks a part. */
export function describeLive(name: string, suite: (bench: RunningBench) => void): void {
  const bench = inject('bench');
  const mesh = RecordedMesh.find();
  if (!bench.ok || mesh === undefined) {
    const reason = bench.ok ? 'no recorded mesh' : bench.reason;
    describe.skip(name, () => {
      it(`skipped: ${reason}`, () => {});
    });
    return;
  }
  const { kubeconfig, auditLog, certDir, proxies, istiods, control, withoutEnvoy, outbound } = bench;
  const send = (command: ControlCommand): Promise<unknown> => sendCommand(control, command);
  const serverOf = (pod: PodName, port: number): string => `${pod.namespace}/${pod.name}:${port}`;
  const opened: MeshSource[] = [];
  const running: RunningBench = {
    open: (user, options = {}) => {
      const source = openClusterSource({
        kubeconfig,
        context: user,
        env: {},
        home: '/nowhere',
        cwd: '/',
        clock: () => new Date(),
        userAgent: 'meshscope-e2e',
        ...options,
      });
      opened.push(source);
      return source;
    },
    admin: adminOf(kubeconfig),
    kubeconfig,
    auditLog,
    certDir,
    proxies,
    istiods,
    withoutEnvoy,
    outbound,
    mesh,
    setFault: async (pod, port, fault) => {
      await send({ do: 'fault', server: serverOf(pod, port), fault });
    },
    asked: async (pod, port) =>
      (await send({ do: 'asked', server: serverOf(pod, port) })) as readonly string[],
    mostAtATime: async (pod, port) => (await send({ do: 'most', server: serverOf(pod, port) })) as number,
    localPort: async (pod, port) => (await send({ do: 'port', server: serverOf(pod, port) })) as number,
    addReplicas: async (of, port, names) => {
      await send({ do: 'add-replicas', server: serverOf(of, port), names });
    },
    addIstiod: async (podName) => {
      await send({ do: 'add-istiod', name: podName });
      return { namespace: 'istio-system', name: podName };
    },
    addZtunnel: async (podName, node) => {
      await send({ do: 'add-ztunnel', name: podName, node });
      return { namespace: 'load', name: podName };
    },
    removePod: async (pod) => {
      await send({ do: 'remove-pod', ...pod });
    },
  };
  describe(name, () => {
    afterEach(async () => {
      for (const source of opened.splice(0)) await source.close();
    });
    suite(running);
  });
}

function adminOf(kubeconfig: string): AdminClient {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const { server, 'certificate-authority': ca } = clusters[0].cluster;
  const { 'client-certificate': cert, 'client-key': key } = users[0].user;
  const identity = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
  return new AdminClient(Number(new URL(server).port), identity);
}

async function sendCommand(url: string, command: ControlCommand): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(command) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
