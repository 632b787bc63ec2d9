import type { Spot } from '../spot.ts';
import { checkDuration } from './fields.ts';

/** Conditions of Envoy's retry policy for HTTP and gRPC. */
const CONDITIONS: ReadonlySet<string> = new Set(
  (
    '5xx gateway-error reset reset-before-request connect-failure retriable-4xx refused-stream retriable-status-codes ' +
    'retriable-headers envoy-ratelimited http3-post-connect-failure cancelled deadline-exceeded internal ' +
    'resource-exhausted unavailable'
  ).split(' '),
);

/** Statuses of HTTP that have a name (IANA, HTTP status code registry). */
const STATUSES: ReadonlySet<string> = new Set(
  (
    '100 101 102 103 200 201 202 203 204 205 206 207 208 226 300 301 302 303 304 305 307 308 400 401 402 403 404 405 ' +
    '406 407 408 409 410 411 412 413 414 415 416 417 418 421 422 423 424 425 426 428 429 431 451 500 501 502 503 504 ' +
    '505 506 507 508 510 511'
  ).split(' '),
);

/** Retries of a route (analyzers, section 4.2, rule 24). */
export function checkRetries(retries: Spot): void {
  if (!retries.isSet) return;
  const attempts = retries.get('attempts').number;
  if (attempts < 0) retries.error('the attempts must not be negative', 'attempts');
  if (attempts === 0) {
    for (const name of ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'])
      if (retries.has(name) && retries.get(name).value !== '')
        retries.error(`with 0 attempts nothing is retried: ${name} can not be set`, name);
  }
  checkDuration(retries.get('perTryTimeout'));
  checkDuration(retries.get('backoff'));
  const on = retries.get('retryOn');
  if (on.text === '') return;
  for (const condition of on.text.split(','))
    if (!CONDITIONS.has(condition) && !STATUSES.has(condition))
      on.error(`"${condition}" is neither a condition for retries nor an HTTP status`);
}
