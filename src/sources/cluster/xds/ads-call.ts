import type { Duplex } from 'node:stream';
import { type ClientDuplexStream, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { CallFailure, toCallFailure } from '../call-failure.ts';
import { abortFailure, idleFailure } from '../http-exchange.ts';
import { decodeResponse, responseType } from './discovery.ts';
import { channelOn } from './stream-channel.ts';
import type { DebugType } from './xds-request.ts';

/** One question on an ADS stream. */
export interface AdsQuestion {
  readonly type: DebugType;
  /** The encoded DiscoveryRequest. */
  readonly request: Uint8Array;
  /** Sent as bearer token; only over a verified connection. */
  readonly token: string | undefined;
}

/** How patient a call is, and what it runs on. */
export interface AdsLimits {
  /** Longest time without a byte, in milliseconds. */
  readonly idleMs: number;
  readonly maxBytes: number;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

const METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
/** istiod may send other types in between; a stream of nothing else is no answer. */
const MOST_MESSAGES = 16;

type Call = ClientDuplexStream<Uint8Array, Buffer>;

/**
 * Asks istiod one question over a stream that is open, and secured where it has to be; the stream is closed afterwards.
 * Answers the decoded DiscoveryResponse of that type. Throws `CallFailure`.
 */
export async function askAds(
  stream: Duplex,
  secure: boolean,
  question: AdsQuestion,
  limits: AdsLimits,
): Promise<unknown> {
  const { client, close } = await channelOn(stream, { secure, ...limits });
  try {
    const metadata = new Metadata();
    if (question.token !== undefined) metadata.set('authorization', `Bearer ${question.token}`);
    const call: Call = client.makeBidiStreamRequest(
      METHOD,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
      metadata,
    );
    call.write(question.request);
    return await firstResponse(call, question.type, stream, limits);
  } finally {
    close();
  }
}

function firstResponse(call: Call, type: DebugType, stream: Duplex, limits: AdsLimits): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { signal, idleMs } = limits;
    const stopWatch = watchSilence(stream, idleMs, () => fail(idleFailure(idleMs)));
    const finish = (): void => {
      stopWatch();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (failure: CallFailure): void => {
      finish();
      reject(failure);
      call.cancel();
    };
    const onAbort = (): void => fail(abortFailure(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    let seen = 0;
    call.on('data', (bytes: Buffer) => {
      try {
        const response = decodeResponse(bytes);
        if (responseType(response) !== type) {
          if (++seen >= MOST_MESSAGES)
            throw new CallFailure('Corrupt', 'istiod sent other types than asked for');
          return;
        }
        finish();
        resolve(response);
        call.cancel();
      } catch (cause) {
        fail(toCallFailure(cause));
      }
    });
    // Stays for good: a call that was given up reports an error too.
    call.on('error', (cause) => fail(failureOfStatus(cause as Partial<StatusObject>)));
    call.on('end', () =>
      fail(new CallFailure('Unreachable', 'istiod closed the xDS stream without an answer')),
    );
    if (signal.aborted) onAbort();
  });
}

/** Calls `onSilence` once nothing has arrived for `idleMs`; answers how to stop watching. */
function watchSilence(stream: Duplex, idleMs: number, onSilence: () => void): () => void {
  const count = byteCounter(stream);
  let bytes = count();
  let since = performance.now();
  const step = Math.max(10, Math.min(500, idleMs / 4));
  const timer = setInterval(() => {
    const now = count();
    if (now !== bytes) {
      bytes = now;
      since = performance.now();
    } else if (performance.now() - since >= idleMs) onSilence();
  }, step);
  return () => clearInterval(timer);
}

/** Sockets and the streams of a port-forward count what has arrived; listening to a stream would take its bytes away. */
function byteCounter(stream: Duplex): () => number {
  return () => ('bytesRead' in stream ? Number(stream.bytesRead) : 0);
}

/** What the end of a call means; the words are istiod's own where it has some. */
function failureOfStatus({ code, details }: Partial<StatusObject>): CallFailure {
  const said = details === undefined || details === '' ? `gRPC status ${code}` : details;
  switch (code) {
    case status.UNAUTHENTICATED:
      return new CallFailure('Forbidden', `istiod does not accept the login over xDS: ${said}`);
    case status.PERMISSION_DENIED:
      return new CallFailure('Forbidden', `istiod refuses the answer over xDS: ${said}`);
    case status.RESOURCE_EXHAUSTED:
      return new CallFailure('TooLarge', `the xDS answer is too large: ${said}`);
    case status.DEADLINE_EXCEEDED:
      return new CallFailure('Timeout', `istiod gave up over xDS: ${said}`);
    case status.UNIMPLEMENTED:
      return new CallFailure('NotFound', `no ADS server answers there: ${said}`);
    default:
      return new CallFailure('Unreachable', `the xDS call failed: ${said}`);
  }
}
