import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CallFailure } from '../cluster/call-failure.ts';
import type { AdminRequest } from '../cluster/envoy-page.ts';
import { type ExchangeLimits, exchange } from '../cluster/http-exchange.ts';

/** A page of the Envoy at a URL. Redirects are not followed. Throws `CallFailure`. */
export async function pageAtUrl(base: URL, page: AdminRequest, limits: ExchangeLimits): Promise<Buffer> {
  const send = base.protocol === 'http:' ? httpRequest : httpsRequest;
  const call = send(new URL(page.path, base), { method: page.method, headers: { connection: 'close' } });
  const reply = await exchange(call, undefined, limits);
  if (reply.status === 200) return reply.body;
  throw new CallFailure(reply.status === 404 ? 'NotFound' : 'Unreachable', `it answered ${reply.status}`, {
    status: reply.status,
    next: 'is this the admin port of an Envoy?',
  });
}
