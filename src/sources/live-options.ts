/** How debug pages of istiod are asked over xDS, where the defaults of a mesh do not do. */
export interface XdsOptions {
  /** `host:port` of an istiod to ask straight away, without looking for its pods. */
  readonly address?: string | undefined;
  /** Label selector of the istiod pods in the place of `app=istiod`. */
  readonly label?: string | undefined;
  /** Port of the istiod pods. */
  readonly port: number;
  /** Folder with `root-cert.pem`, `cert-chain.pem` and `key.pem`: mTLS, and no token is asked for. */
  readonly certDir?: string | undefined;
  /** Name that the certificate of istiod must carry. */
  readonly authority?: string | undefined;
  /** Leave the certificate of istiod unverified; then no token is sent. */
  readonly insecure: boolean;
  /** No TLS; then no token is sent. */
  readonly plaintext: boolean;
}

/** What options of single commands change about how a live mesh is read. A recording knows none of them. */
export interface LiveOptions {
  /** Admin port of proxies; 15000 when absent. */
  readonly adminPort?: number | undefined;
  /** Address of an Envoy's admin page outside Kubernetes, in the place of a pod's. */
  readonly adminUrl?: string | undefined;
  /** `user@host`: the machine outside Kubernetes on which the Envoy runs; its admin page is asked through ssh. */
  readonly ssh?: string | undefined;
  /** Requests at a time, to the API server and through it. */
  readonly requestsAtATime?: number | undefined;
  /** Largest answer, in bytes; a larger one is given up as too large. */
  readonly maxAnswerBytes?: number | undefined;
  /** Ask istiod over xDS first. */
  readonly xds?: XdsOptions | undefined;
}
