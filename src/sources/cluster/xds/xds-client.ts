import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { asString } from '../../../util/json.ts';
import type { XdsOptions } from '../../live-options.ts';
import type { ApiServer } from '../api-server.ts';
import { CallFailure, toCallFailure } from '../call-failure.ts';
import { abortFailure } from '../http-exchange.ts';
import type { IstiodInstance } from '../istiod-instances.ts';
import { openPodPort } from '../port-stream.ts';
import { askAds } from './ads-call.ts';
import { encodeRequest } from './discovery.ts';
import { secureStream, type TlsSetup } from './secure-stream.ts';
import { openTcp } from './tcp-stream.ts';
import { type CertificateFolder, readCertificateFolder, XdsLogin } from './xds-login.ts';
import type { XdsQuestion } from './xds-request.ts';

const DEFAULTS: XdsOptions = { port: 15012, insecure: false, plaintext: false };

/** Asks istiods their debug questions over xDS (gRPC, one ADS stream a question). */
export class XdsClient {
  readonly #api: ApiServer;
  readonly #namespace: string;
  readonly #options: XdsOptions;
  readonly #login: XdsLogin;
  #folder: Promise<CertificateFolder> | undefined;

  constructor(api: ApiServer, namespace: string, options: XdsOptions = DEFAULTS) {
    this.#api = api;
    this.#namespace = namespace;
    this.#options = options;
    this.#login = new XdsLogin(api, namespace);
  }

  /** The bytes of one istiod's answer. Throws `CallFailure`; `signal` ends this question alone. */
  async ask(istiod: IstiodInstance, question: XdsQuestion, signal: AbortSignal): Promise<Buffer> {
    const { certDir, plaintext, insecure } = this.#options;
    const limits = { idleMs: this.#api.idleMs, maxBytes: this.#api.maxBytes, userAgent: 'meshscope', signal };
    const folder = certDir === undefined ? undefined : await this.#certificates(certDir);
    // Without the root of the mesh nothing is opened.
    const setup = plaintext ? undefined : await this.#tls(istiod, folder);
    const raw = await this.#open(istiod, signal);
    // A connection that breaks before anybody listens to it must not end the program.
    raw.on('error', () => {});
    let stream: Duplex | undefined;
    try {
      stream = setup === undefined ? raw : await secureStream(raw, setup, limits);
      const verified = setup?.verify === true;
      const token = verified && folder === undefined ? await this.#login.token() : undefined;
      const as = folder?.identity ?? this.#login.identity;
      const request = encodeRequest(question.type, question.resource, as);
      const response = await askAds(
        stream,
        setup !== undefined,
        { type: question.type, request, token },
        limits,
      );
      return question.bytes(response);
    } catch (cause) {
      const failure = toCallFailure(cause);
      throw failure.code === 'Forbidden' && (insecure || plaintext) ? withoutLogin(failure) : failure;
    } finally {
      stream?.destroy();
      raw.destroy();
    }
  }

  #certificates(folder: string): Promise<CertificateFolder> {
    this.#folder ??= readCertificateFolder(folder);
    return this.#folder;
  }

  async #open({ ref, address }: IstiodInstance, signal: AbortSignal): Promise<Duplex> {
    if (address !== undefined) return openTcp(address, { idleMs: this.#api.idleMs, signal });
    const stream = await openPodPort(this.#api, ref, this.#options.port);
    if (!signal.aborted) return stream;
    stream.destroy();
    throw abortFailure(signal);
  }

  /** Whom to accept: istiod by its names in the cluster; behind an address also by the host's name and public roots. */
  async #tls(istiod: IstiodInstance, folder: CertificateFolder | undefined): Promise<TlsSetup> {
    const { insecure, authority } = this.#options;
    const { address } = istiod;
    const names = authority === undefined ? this.#namesOf(istiod) : [authority];
    if (insecure) return { ca: [], names, client: folder?.client, verify: false };
    if (folder !== undefined) return { ca: [folder.root], names, client: folder.client, verify: true };
    if (address === undefined) return { ca: [await this.#login.meshRoot()], names, verify: true };
    const root = await this.#login.meshRoot().catch((cause: unknown) => {
      if (address.ca === undefined) throw cause;
      return address.ca;
    });
    const ca = [root, ...(address.ca === undefined ? [] : [address.ca]), ...rootCertificates];
    return { ca, names, verify: true };
  }

  #namesOf({ pod, address }: IstiodInstance): readonly string[] {
    const revision = asString(pod?.metadata.labels?.['istio.io/rev']);
    const own = [
      `istiod.${this.#namespace}.svc`,
      ...(revision === undefined || revision === 'default'
        ? []
        : [`istiod-${revision}.${this.#namespace}.svc`]),
    ];
    return address === undefined ? own : [address.host, ...own];
  }
}

function withoutLogin({ code, message }: CallFailure): CallFailure {
  return new CallFailure(code, message, {
    next: 'with --insecure and --plaintext no token is sent: --cert-dir proves who asks by a certificate',
  });
}
