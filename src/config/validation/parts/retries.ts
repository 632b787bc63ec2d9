import { STATUS_CODES } from 'node:http';
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
    if (!CONDITIONS.has(condition) && !Object.hasOwn(STATUS_CODES, condition))
      on.error(`"${condition}" is neither a condition for retries nor an HTTP status`);
}
