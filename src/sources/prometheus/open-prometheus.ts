import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { usageError } from '../../util/errors.ts';
import { failedAnswer } from '../cluster/call-failure.ts';
import { exchange } from '../cluster/http-exchange.ts';
import type { LiveMesh } from '../live-mesh.ts';
import { Prometheus } from './prometheus.ts';

/** When to give up on a Prometheus at an address. */
export interface PromLimits {
  /** Longest time without a byte, in milliseconds. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** A Prometheus in a pod of the cluster, asked through the API server. */
export function prometheusInPod(
  live: Pick<LiveMesh, 'request'>,
  pod: PodRef,
  port: number,
  signal: AbortSignal,
): Prometheus {
  return new Prometheus(`Prometheus ${proxyId(pod)}`, (path) =>
    live.request(pod, { port, method: 'GET', path }, signal),
  );
}

/** Largest answer that is read: thousands of series are far below it. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A Prometheus at an address, with a path in front of its API where it has one. A name and password in the address are
 * sent as its login and shown nowhere. Throws exit 64 when the text is no such address.
 */
export function prometheusAt(address: string, limits: PromLimits): Prometheus {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw usageError('--prometheus-url is not the address of a web page', {
      hint: 'write it as https://prometheus.example.com or http://localhost:9090/prefix',
    });
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const login = url.username === '' && url.password === '' ? undefined : basicLogin(url);
  const headers = {
    accept: 'application/json',
    connection: 'close',
    ...(login === undefined ? {} : { authorization: login }),
  };
  return new Prometheus(base, (path) => ask(`${base}${path}`, headers, limits, base));
}

function basicLogin({ username, password }: URL): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

async function ask(url: string, headers: Record<string, string>, limits: PromLimits, of: string) {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  try {
    const { status, body } = await exchange(request(url, { headers }), undefined, {
      ...limits,
      maxBytes: MAX_BYTES,
    });
    return { ok: true, value: { status, body } } as const;
  } catch (cause) {
    limits.signal.throwIfAborted();
    const { error } = failedAnswer(cause, 'the query', of);
    return { ok: false, error: { ...error, next: 'check --prometheus-url' } } as const;
  }
}
