import type { Spot } from '../spot.ts';
import { checkDuration } from './fields.ts';

const GRPC_STATUSES: ReadonlySet<string> = new Set(
  (
    'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED ' +
    'RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'
  ).split(' '),
);

/** Faults that a route injects (analyzers, section 4.2, rule 19). */
export function checkFault(fault: Spot): void {
  if (!fault.isSet) return;
  const [abort, delay] = [fault.get('abort'), fault.get('delay')];
  if (!abort.isSet && !delay.isSet) fault.error('the fault has neither abort nor delay');
  if (abort.isSet) checkAbort(abort);
  if (delay.isSet) checkDelay(delay);
}

function checkAbort(abort: Spot): void {
  checkPercentage(abort.get('percentage', 'value'));
  const status = abort.get('httpStatus');
  if (status.isSet) {
    if (status.number < 200 || status.number > 600)
      status.error(`${status.number} is no HTTP status from 200 to 600`);
  } else if (abort.has('grpcStatus')) {
    const grpc = abort.get('grpcStatus');
    if (!GRPC_STATUSES.has(grpc.text)) grpc.error(`"${grpc.text}" is no status of gRPC`);
  } else if (abort.has('http2Error')) abort.error('http2Error is not supported', 'http2Error');
  else abort.warn('the abort names no status');
}

function checkDelay(delay: Spot): void {
  checkPercentage(delay.get('percentage', 'value'));
  if (delay.has('exponentialDelay')) {
    checkDuration(delay.get('exponentialDelay'));
    delay.error('exponentialDelay is not supported', 'exponentialDelay');
  } else if (delay.has('fixedDelay')) checkDuration(delay.get('fixedDelay'));
}

/** 0, or 0.0001 to 100. */
function checkPercentage(percentage: Spot): void {
  const { number } = percentage;
  if (number > 100 || number < 0) percentage.error('it must be between 0 and 100');
  else if (number > 0 && number < 0.0001) percentage.error('the smallest share is 0.0001');
}
