import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { usageError } from '../../util/errors.ts';
import type { LiveMesh } from '../live-mesh.ts';
import type { Answer } from '../source.ts';
import type { SourceErrorCode } from '../source-error.ts';
import { Prometheus, type PromReply } from './prometheus.ts';

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
export function prometheusAt(address: string, signal: AbortSignal): Prometheus {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw usageError('--prometheus-url is not the address of a web page', {
      hint: 'write it as https://prometheus.example.com or http://localhost:9090/prefix',
    });
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const login = url.username === '' && url.password === '' ? undefined : basicLogin(url);
  const headers = { accept: 'application/json', ...(login === undefined ? {} : { authorization: login }) };
  return new Prometheus(base, (path) => ask(`${base}${path}`, headers, signal, base));
}

function basicLogin({ username, password }: URL): string {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

async function ask(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  label: string,
): Promise<Answer<PromReply>> {
  try {
    const response = await fetch(url, { headers, signal });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > MAX_BYTES)
        return failed('TooLarge', label, `the answer is larger than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    return { ok: true, value: { status: response.status, body: Buffer.concat(chunks, length) } };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    return failed('Unreachable', label, reasonOf(cause));
  }
}

/** Node's own words for a failed request are `fetch failed`; what happened is its cause. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
  if (code === 'ECONNREFUSED') return 'connection refused: nothing listens there';
  if (code === 'ENOTFOUND') return 'the host name is not known';
  const text = inner instanceof Error ? inner.message : String(inner);
  return text === '' ? code : text;
}

function failed(code: SourceErrorCode, label: string, reason: string): Answer<never> {
  return {
    ok: false,
    error: { code, asked: 'the query', of: label, reason, next: 'check --prometheus-url' },
  };
}
