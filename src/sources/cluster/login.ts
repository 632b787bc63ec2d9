import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';
import {
  asBoolean,
  asObject,
  asObjects,
  asString,
  asStrings,
  field,
  type JsonObject,
} from '../../util/json.ts';
import { CallFailure } from './call-failure.ts';
import { type ChosenContext, chooseContext, type KubeconfigChoice } from './kubeconfig-files.ts';

/** Whom to act as, in the place of the kubeconfig's own user. */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[] | undefined;
  readonly uid?: string | undefined;
}

/** What a request to the API server needs of the login. */
export interface LoginOptions {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly agent: HttpAgent;
}

/**
 * The login to one cluster: where it is and what a request must carry. Exec plugins, OIDC, token files, client
 * certificates and proxies are the work of the Kubernetes client library.
 */
export class Login {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly server: URL;
  readonly #config: KubeConfig;
  readonly #impersonation: Readonly<Record<string, string | string[]>>;
  #options: Promise<LoginOptions> | undefined;

  constructor(
    config: KubeConfig,
    server: URL,
    context: ChosenContext | undefined,
    as: Impersonation | undefined,
  ) {
    this.context = context?.name ?? 'in-cluster';
    this.namespace = context?.namespace;
    this.server = server;
    this.#config = config;
    this.#impersonation = impersonationHeaders(as ?? impersonationOf(context?.user ?? {}));
  }

  /** Headers and agent for a request; kept until `renew`. Throws `CallFailure` when the login itself fails. */
  options(): Promise<LoginOptions> {
    this.#options ??= this.#create().catch((cause: unknown) => {
      this.#options = undefined;
      throw this.#failed(cause);
    });
    return this.#options;
  }

  /** Forgets the token at hand, after the server has refused it. */
  renew(): void {
    this.#options = undefined;
  }

  /** Closes the connections that were kept. A login that was never needed is not made for that. */
  close(): void {
    this.#options?.then(
      ({ agent }) => agent.destroy(),
      () => {},
    );
  }

  /** What keeps the login from being made, and what may help; a plugin may have failed without a word. */
  #failed(cause: unknown): CallFailure {
    const what = `the login of context ${this.context} failed`;
    const exec = this.#config.getCurrentUser()?.exec;
    const plugin = asString(field(exec, 'command')) ?? '';
    const why = cause instanceof Error ? cause.message.trim() : String(cause);
    if (exec && field(cause, 'code') === 'ENOENT')
      return new CallFailure('Forbidden', `${what}: its plugin ${plugin} is not installed`, {
        next:
          asString(field(exec, 'installHint'))?.trim() || `install ${plugin}, or put its folder on the PATH`,
      });
    const silent = exec
      ? `its plugin ${plugin} ended without a token and without a word`
      : 'no reason is told';
    return new CallFailure('Forbidden', `${what}: ${why || silent}`, {
      next: `kubectl --context ${this.context} auth whoami tells whether this login works elsewhere`,
    });
  }

  async #create(): Promise<LoginOptions> {
    // A token must not travel in plain text: a plain HTTP server (kubectl proxy) gets none.
    if (this.server.protocol === 'http:')
      return { headers: this.#impersonation, agent: new HttpAgent({ keepAlive: true }) };
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    const headers: Record<string, string | string[]> = { ...this.#impersonation };
    for (const [name, value] of Object.entries(options.headers ?? {}))
      if (typeof value === 'string') headers[name] ??= value;
    if (typeof options.auth === 'string')
      headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    const proxied = this.#config.getCurrentCluster()?.proxyUrl;
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    if (proxied && options.agent instanceof HttpAgent) return { headers, agent: options.agent };
    const own = Object.entries({ servername, rejectUnauthorized }).filter(([, value]) => value !== undefined);
    // Made once: each port-forward is a connection, and reading the key and the CA again cost more than the rest of it.
    const secureContext = createSecureContext({ ca, cert, key });
    const agent = new HttpsAgent({
      keepAlive: true,
      maxSockets: 40,
      secureContext,
      ...Object.fromEntries(own),
    });
    return { headers, agent };
  }
}

/**
 * Finds the cluster to talk to: kubeconfig files, otherwise the service account of the pod that this runs in. Throws
 * exit 66 or 65 for a bad kubeconfig and 69 when there is no cluster to be found.
 */
export function openLogin(choice: KubeconfigChoice, as?: Impersonation | undefined): Login {
  const context = chooseContext(choice);
  const config = new KubeConfig();
  if (context !== undefined) {
    config.loadFromString(JSON.stringify(oneContext(context)));
  } else if (choice.env['KUBERNETES_SERVICE_HOST'] !== undefined) {
    config.loadFromCluster();
  } else {
    throw new MeshscopeError(
      'Unreachable',
      ExitCode.unreachable,
      'no cluster to read: there is no kubeconfig',
      {
        hint: '--kubeconfig FILE or KUBECONFIG names one; --from reads a recorded mesh',
      },
    );
  }
  const server = config.getCurrentCluster()?.server ?? '';
  try {
    return new Login(config, new URL(server), context, as);
  } catch {
    throw new MeshscopeError('Data', ExitCode.data, `the server "${server}" of the kubeconfig is not a URL`);
  }
}

/** A kubeconfig of this context alone, in the spelling that the client library reads. */
function oneContext(context: ChosenContext): JsonObject {
  const { cluster, name } = context;
  const user: Record<string, unknown> = { ...context.user };
  const tokenFile = asString(user['tokenFile']);
  // The library looks for `token-file`, which no kubeconfig has.
  if (tokenFile !== undefined && asString(user['token']) === undefined)
    user['token'] = readFileSync(tokenFile, 'utf8').trim();
  // The library sends but the user's name; all impersonation is ours.
  delete user['as'];
  const exec = asObject(user['exec']);
  if (exec !== undefined) user['exec'] = withExecInfo(exec, cluster);
  return {
    'current-context': name,
    contexts: [{ name, context: { cluster: 'cluster', user: 'user', namespace: context.namespace } }],
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user }],
  };
}

/** Exec plugins may insist on KUBERNETES_EXEC_INFO, which the library does not set. */
function withExecInfo(exec: JsonObject, cluster: JsonObject): JsonObject {
  const spec = {
    interactive: false,
    ...(asBoolean(exec['provideClusterInfo']) === true ? { cluster } : {}),
  };
  const info = { apiVersion: exec['apiVersion'], kind: 'ExecCredential', spec };
  const env = [...asObjects(exec['env']), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  return { ...exec, env };
}

function impersonationOf(user: JsonObject): Impersonation | undefined {
  const name = asString(user['as']);
  if (name === undefined || name === '') return undefined;
  return { user: name, groups: asStrings(user['as-groups']), uid: asString(user['as-uid']) };
}

function impersonationHeaders(as: Impersonation | undefined): Record<string, string | string[]> {
  if (as === undefined) return {};
  return {
    'Impersonate-User': as.user,
    ...(as.uid === undefined ? {} : { 'Impersonate-Uid': as.uid }),
    ...(as.groups === undefined || as.groups.length === 0 ? {} : { 'Impersonate-Group': [...as.groups] }),
  };
}
