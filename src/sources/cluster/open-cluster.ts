import { resolve } from 'node:path';
import { MAX_JSON_BYTES } from '../../util/load-json.ts';
import type { LiveOptions, XdsOptions } from '../live-options.ts';
import type { MeshSource } from '../source.ts';
import { ApiServer } from './api-server.ts';
import { ClusterSource } from './cluster-source.ts';
import type { KubeconfigChoice } from './kubeconfig-files.ts';
import { type Impersonation, openLogin } from './login.ts';

/** Which cluster to read, as whom, and how patiently. */
export interface ClusterOptions extends KubeconfigChoice {
  readonly as?: Impersonation | undefined;
  /** Namespace of the control plane; `istio-system` when absent. */
  readonly istioNamespace?: string | undefined;
  /** Only the istiods of this revision; those of all revisions when absent. */
  readonly revision?: string | undefined;
  /** Look for proxies in this namespace alone, for users who may not list all pods. */
  readonly namespace?: string | undefined;
  /** Longest time without a byte of an answer, in milliseconds. */
  readonly idleMs?: number | undefined;
  /** What options of the command change about how the mesh is read. */
  readonly live?: LiveOptions | undefined;
  readonly clock: () => Date;
  readonly userAgent: string;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal | undefined;
}

const IDLE_MS = 15_000;
const REQUESTS_AT_A_TIME = 20;

/**
 * Opens the mesh of a live cluster. Nothing is asked yet: what the cluster does not answer later is an answer's error.
 * Throws exit 65 or 66 for a kubeconfig that can't be used and 69 when there is none.
 */
export function openClusterSource(options: ClusterOptions): MeshSource {
  const login = openLogin(options, options.as);
  const api = new ApiServer(login, {
    idleMs: options.idleMs ?? IDLE_MS,
    concurrency: options.live?.requestsAtATime ?? REQUESTS_AT_A_TIME,
    maxBytes: options.live?.maxAnswerBytes ?? MAX_JSON_BYTES,
    userAgent: options.userAgent,
    signal: options.signal,
  });
  return new ClusterSource(api, {
    istioNamespace: options.istioNamespace,
    revision: options.revision,
    xds: xdsOptions(options),
    namespace: options.namespace,
    clock: options.clock,
    adminPort: options.live?.adminPort,
    proxiesAtATime: options.live?.requestsAtATime ?? REQUESTS_AT_A_TIME,
  });
}

/** The folder of `--cert-dir` is relative to the working directory, as every file that a command line names. */
function xdsOptions({ live, cwd }: ClusterOptions): XdsOptions | undefined {
  const xds = live?.xds;
  return xds?.certDir === undefined ? xds : { ...xds, certDir: resolve(cwd, xds.certDir) };
}
