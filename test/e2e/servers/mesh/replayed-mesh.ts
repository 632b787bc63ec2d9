import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdminClient } from '../admin-client.ts';
import { type EnvoyPair, PAIR } from '../envoy-pair.ts';
import { repositoryPath } from '../part.ts';
import { type AdsLogin, AdsServer } from './ads-server.ts';
import type { FaultServer } from './fault-server.ts';
import { ztunnelLogging } from './level-pages.ts';
import { inParallel } from './load-objects.ts';
import { PageServer } from './page-server.ts';
import type { PodName, RecordedMesh } from './recorded-mesh.ts';
import { adsAnswers, controlzPages, envoyPages, istiodPages, largeDump } from './replayed-pages.ts';

const ENVOY_ADMIN = 15000;
/** Where the agent of a proxy serves metrics; the Envoys of the tests answer there themselves. */
const AGENT_METRICS = 15020;
const ISTIOD_MONITORING = 15014;
const CONTROLZ = 9876;
const XDS = 15012;
const XDS_PLAIN = 15010;
/** A pod outside the recorded mesh whose Envoy has a config dump of 100 MB. */
export const LARGE_POD: PodName = { namespace: 'load', name: 'large-dump' };

/** A pod outside the recorded mesh whose Envoy is a real one, where the machine has one. */
export const REAL_POD: PodName = { namespace: 'load', name: 'real-envoy' };

/** What a pod of the tests may have of its own. */
interface PodTraits {
  readonly podIP: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly node: string;
  readonly args: readonly string[];
}

/** The servers behind the pods of the recorded mesh, by `<namespace>/<pod>:<port>`. */
export class ReplayedMesh {
  readonly servers = new Map<string, FaultServer>();
  readonly #admin: AdminClient;
  readonly #mesh: RecordedMesh;
  readonly #folder: string;
  readonly #login: AdsLogin;

  constructor(admin: AdminClient, mesh: RecordedMesh, folder: string, login: AdsLogin) {
    this.#admin = admin;
    this.#login = login;
    this.#mesh = mesh;
    this.#folder = folder;
    const agent = join(folder, 'bin', 'pilot-agent');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    copyFileSync(repositoryPath('test/e2e/servers/mesh/pilot-agent.mjs'), agent);
    chmodSync(agent, 0o755);
  }

  /** Starts a server for every recorded proxy and istiod and forwards the pods' ports, logs and commands to them. */
  async start(): Promise<void> {
    await inParallel(this.#mesh.proxies(), async (pod) => {
      await this.#wire(pod, [[ENVOY_ADMIN, new PageServer(envoyPages(this.#mesh, pod))]]);
      await this.#wireLogs('proxies', pod);
    });
    for (const pod of this.#mesh.istiods()) {
      await this.#wireIstiod(pod, pod);
      await this.#wireLogs('istiod', pod);
    }
    await this.#addLargePod();
  }

  /** Adds an istiod pod that answers as the recorded one. */
  async addIstiod(name: string): Promise<void> {
    const [recorded] = this.#mesh.istiods();
    if (recorded === undefined) throw new Error('the recorded mesh has no istiod');
    const pod = { namespace: recorded.namespace, name };
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    const object = JSON.parse(await this.#admin.text(`${path}/${recorded.name}`));
    const { labels, annotations } = object.metadata;
    const metadata = { name, labels, annotations };
    await this.#admin.create(path, { apiVersion: 'v1', kind: 'Pod', metadata, spec: object.spec });
    await this.#admin.merge(`${path}/${name}/status`, { status: object.status });
    await this.#wireIstiod(pod, recorded);
  }

  /** Adds a ztunnel in namespace `load` that knows nothing but its log levels. */
  async addZtunnel(name: string, node: string): Promise<void> {
    const pod = { namespace: 'load', name };
    const server = new PageServer(ztunnelLogging());
    await server.start();
    this.servers.set(`load/${name}:${ENVOY_ADMIN}`, server);
    await this.addProxyPod(pod, server.port, {
      labels: { app: 'ztunnel' },
      node,
      args: ['proxy', 'ztunnel'],
    });
  }

  /** Removes a pod and its servers. */
  async removePod(pod: PodName): Promise<void> {
    const { namespace, name } = pod;
    await this.#admin.delete(`/api/v1/namespaces/${namespace}/pods/${name}`);
    await this.#admin.delete(`/apis/kwok.x-k8s.io/v1alpha1/namespaces/${namespace}/portforwards/${name}`);
    for (const [key, server] of this.servers) {
      if (!key.startsWith(`${namespace}/${name}:`)) continue;
      await server.stop();
      this.servers.delete(key);
    }
  }

  async stop(): Promise<void> {
    for (const server of this.servers.values()) await server.stop();
  }

  async #wireIstiod(pod: PodName, recorded: PodName): Promise<void> {
    const answers = adsAnswers(this.#mesh, recorded, pod.name);
    await this.#wire(pod, [
      [ISTIOD_MONITORING, new PageServer(istiodPages(this.#mesh, recorded))],
      [CONTROLZ, new PageServer(controlzPages(this.#mesh, recorded))],
      [XDS, new AdsServer(answers, this.#login)],
      [XDS_PLAIN, new AdsServer(answers, undefined)],
    ]);
  }

  /** Adds the pods and Services of two real Envoys, with their logs as they are written. */
  async addPair(pair: EnvoyPair): Promise<void> {
    const ends = [
      [PAIR.client, pair.client, PAIR.clientIp],
      [PAIR.server, pair.server, PAIR.serverIp],
    ] as const;
    for (const [pod, { adminPort, logFile }, podIP] of ends) {
      const annotations = { 'prometheus.io/port': '15020', 'prometheus.io/path': '/stats/prometheus' };
      await this.addProxyPod(pod, adminPort, { podIP, labels: { app: pod.name }, annotations });
      await this.#addLogs(pod, [{ containers: ['istio-proxy'], logsFile: logFile }]);
    }
    for (const name of ['ledger', 'plain']) {
      const spec = { selector: { app: PAIR.server.name }, ports: [{ port: 9080 }] };
      await this.#admin.create('/api/v1/namespaces/load/services', { metadata: { name }, spec });
    }
  }

  /** Adds a pod whose admin port leads to a port of this machine. */
  async addProxyPod(pod: PodName, adminPort: number, traits: Partial<PodTraits> = {}): Promise<void> {
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    await this.#admin.create('/api/v1/namespaces', { metadata: { name: pod.namespace } });
    const env = [{ name: 'ISTIO_META_CLUSTER_ID', value: 'demo' }];
    const {
      podIP = '10.244.99.1',
      labels = { app: 'replica' },
      annotations = {},
      node = 'lab-node-1',
      args = [],
    } = traits;
    const containers = [{ name: 'istio-proxy', image: 'proxyv2', env, args }];
    const metadata = { name: pod.name, labels, annotations };
    await this.#admin.create(path, { metadata, spec: { nodeName: node, containers } });
    const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }] };
    await this.#admin.merge(`${path}/${pod.name}/status`, { status });
    await this.#forward(pod, [
      [ENVOY_ADMIN, adminPort],
      [AGENT_METRICS, adminPort],
    ]);
  }

  async #wire(pod: PodName, ports: readonly (readonly [number, FaultServer])[]): Promise<void> {
    for (const [port, server] of ports) {
      await server.start();
      this.servers.set(`${pod.namespace}/${pod.name}:${port}`, server);
    }
    await this.#forward(
      pod,
      ports.map(([port, server]) => [port, server.port] as const),
    );
  }

  /** Tells kwok where the pod's ports are, and that its agent asks the first of them. */
  async #forward(pod: PodName, ports: readonly (readonly [number, number])[]): Promise<void> {
    const { namespace, name } = pod;
    const metadata = { name, namespace };
    const kwok = `/apis/kwok.x-k8s.io/v1alpha1/namespaces/${namespace}`;
    const forwards = ports.map(([port, local]) => ({
      ports: [port],
      target: { address: '127.0.0.1', port: local },
    }));
    await this.#admin.create(`${kwok}/portforwards`, {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'PortForward',
      metadata,
      spec: { forwards },
    });
    const envs = [{ name: 'ADMIN_PORT', value: String(ports[0]?.[1] ?? 0) }];
    const execs = [{ containers: ['istio-proxy'], local: { workDir: this.#folder, envs } }];
    await this.#admin.create(`${kwok}/execs`, {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'Exec',
      metadata,
      spec: { execs },
    });
  }

  /** Log files must be in the form of the container runtime: time, stream, `F`, text. */
  async #wireLogs(room: 'proxies' | 'istiod', pod: PodName): Promise<void> {
    const { namespace, name } = pod;
    const folder = join(this.#folder, 'logs', namespace, name);
    mkdirSync(folder, { recursive: true });
    const logs = [...this.#mesh.logs(room, pod)].map(([container, text]) => {
      const file = join(folder, `${container}.log`);
      const lines = text.split('\n').filter((line) => line !== '');
      writeFileSync(file, lines.map((line) => `2026-11-23T02:11:00.000000000Z stdout F ${line}\n`).join(''));
      return { containers: [container], logsFile: file, follow: false };
    });
    await this.#addLogs(pod, logs);
  }

  async #addLogs({ namespace, name }: PodName, logs: readonly object[]): Promise<void> {
    await this.#admin.create(`/apis/kwok.x-k8s.io/v1alpha1/namespaces/${namespace}/logs`, {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'Logs',
      metadata: { name, namespace },
      spec: { logs },
    });
  }

  async #addLargePod(): Promise<void> {
    const server = new PageServer(largeDump(100));
    await server.start();
    this.servers.set(`${LARGE_POD.namespace}/${LARGE_POD.name}:${ENVOY_ADMIN}`, server);
    await this.addProxyPod(LARGE_POD, server.port);
  }
}
