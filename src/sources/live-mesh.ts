import type { Duplex } from 'node:stream';
import type { PodRef } from '../kube/pod-ref.ts';
import type { Answer, LogQuery } from './source.ts';

/** An HTTP request to a server inside a pod. Requests that change something are sent once and never repeated. */
export interface PodRequest {
  readonly port: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with its query, starting with a slash. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
}

/** What a server inside a pod answered, whatever the status. */
export interface PodReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Something to be done with objects of a kind: in a namespace, or in all of them when that is absent. */
export interface AskedAccess {
  readonly verb: string;
  readonly group: string;
  /** Plural, with a subresource behind a slash: `pods/portforward`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
}

/**
 * What only a live mesh can do: connect to pods, follow logs, change log levels. Commands that use it say so, and
 * those that change something (`proxy-config log`, `ztunnel-config log`, `admin log`) print how to undo it.
 */
export interface LiveMesh {
  /** URL of the API server: tells one cluster from another, whatever its context is called. */
  readonly server: string;
  /** Whether the API server says that this user may do that; `undefined` where it does not tell. */
  mayI(access: AskedAccess): Promise<boolean | undefined>;
  /** A connection to a port of a pod, without a listener on this machine. The caller destroys it. */
  connect(pod: PodRef, port: number): Promise<Answer<Duplex>>;
  /** One request over such a connection, and its whole answer. `signal` ends this request alone. */
  request(pod: PodRef, request: PodRequest, signal?: AbortSignal): Promise<Answer<PodReply>>;
  /**
   * A container's log from the range of the query on, and what is added to it until `signal` or the end of the
   * container. Throws `MeshscopeError` when it can't be read.
   */
  followLog(query: LogQuery, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
