import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';
import type { LiveMesh } from '../live-mesh.ts';
import type { Answer } from '../source.ts';
import type { SourceError } from '../source-error.ts';

/** A port of a pod. */
export interface PodPort {
  readonly pod: PodRef;
  readonly port: number;
}

/** Where a forward leads, and how it goes on when that pod is gone. */
export interface RouteOptions {
  readonly live: Pick<LiveMesh, 'connect' | 'request'>;
  readonly first: PodPort;
  /** What the next pod is looked for by, such as `app=kiali in istio-system`. */
  readonly what: string;
  /** The pod to go on with; `undefined` while there is none. */
  next(): Promise<Answer<PodPort | undefined>>;
  /** How long the next pod is waited for, in milliseconds. */
  readonly giveUpAfterMs: number;
  /** How often a pod that nobody asks anything is looked after, in milliseconds. */
  readonly lookEveryMs: number;
  /** Pause between two looks for the next pod, in milliseconds. */
  readonly retryEveryMs: number;
  say(message: string): void;
  readonly signal: AbortSignal;
}

/** Longest time for an answer to the question whether the server in a pod is there. */
const LOOK_MS = 10_000;

/**
 * The way to a port of a pod, also after that pod is gone: then to the next one like it. `run` looks after it and ends
 * with the signal; it throws exit 69 when there is no next pod in time.
 */
export class PodRoute {
  readonly #options: RouteOptions;
  #target: PodPort;
  #recovering: Promise<void> | undefined;
  #gaveUp: MeshscopeError | undefined;
  #lastSeen = 0;
  /** Connections to the pod of now: that it is gone may not be told on them. */
  readonly #open = new Set<Duplex>();

  constructor(options: RouteOptions) {
    this.#options = options;
    this.#target = options.first;
  }

  get target(): PodPort {
    return this.#target;
  }

  /** Why the server of the pod does not answer; `undefined` when it does. */
  async look(target: PodPort = this.#target): Promise<SourceError | undefined> {
    const limit = AbortSignal.any([this.#options.signal, AbortSignal.timeout(LOOK_MS)]);
    const page = { port: target.port, method: 'GET', path: '/' } as const;
    const answer = await this.#options.live.request(target.pod, page, limit);
    if (!answer.ok) return answer.error;
    this.#lastSeen = performance.now();
    return undefined;
  }

  /** A connection to the pod; waits for the next pod where this one is gone. */
  async connect(): Promise<Answer<Duplex>> {
    for (;;) {
      await this.#recovering;
      const target = this.#target;
      const answer = await this.#options.live.connect(target.pod, target.port);
      if (answer.ok) this.#keepTrackOf(answer.value);
      if (answer.ok || !isGone(answer.error) || this.#isOver()) return answer;
      this.#lost(target, answer.error);
    }
  }

  /** Looks after the pod until the signal. Throws when the forward can't go on. */
  async run(): Promise<void> {
    const { signal, lookEveryMs } = this.#options;
    while (!signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
      await this.#recovering;
      if (this.#gaveUp !== undefined) throw this.#gaveUp;
      if (signal.aborted || performance.now() - this.#lastSeen < lookEveryMs) continue;
      const target = this.#target;
      const failure = await this.look(target);
      if (failure !== undefined && isGone(failure) && !this.#isOver()) this.#lost(target, failure);
    }
  }

  #keepTrackOf(stream: Duplex): void {
    this.#open.add(stream);
    // Whoever uses it hears of its end; nobody may be using it any more.
    stream.on('error', () => {});
    stream.once('close', () => this.#open.delete(stream));
  }

  #isOver(): boolean {
    return this.#options.signal.aborted || this.#gaveUp !== undefined;
  }

  #lost(target: PodPort, failure: SourceError): void {
    if (target !== this.#target || this.#recovering !== undefined) return;
    const { say, what } = this.#options;
    say(`${proxyId(target.pod)} is gone (${failure.reason}): waiting for the next pod of ${what}`);
    for (const stream of this.#open) stream.destroy(new Error(`the pod is gone (${failure.reason})`));
    this.#recovering = this.#recover(failure.reason).finally(() => {
      this.#recovering = undefined;
    });
  }

  async #recover(first: string): Promise<void> {
    const { next, say, giveUpAfterMs, retryEveryMs, what, signal } = this.#options;
    const end = performance.now() + giveUpAfterMs;
    let reason = first;
    while (!signal.aborted) {
      const found = await next();
      if (found.ok && found.value !== undefined) {
        const failure = await this.look(found.value);
        if (failure === undefined) {
          this.#target = found.value;
          say(`goes on with ${proxyId(found.value.pod)}, at the same address`);
          return;
        }
        reason = `${proxyId(found.value.pod)}: ${failure.reason}`;
      } else reason = found.ok ? `there is no running pod of ${what}` : found.error.reason;
      if (performance.now() >= end) break;
      await sleep(retryEveryMs, undefined, { signal }).catch(() => undefined);
    }
    if (!signal.aborted) this.#gaveUp = gaveUpError(what, reason, giveUpAfterMs);
  }
}

/** A server that is slow is still there, and one that may not be reached will not be by another pod. */
function isGone({ code }: SourceError): boolean {
  return code !== 'Timeout' && code !== 'Forbidden';
}

function gaveUpError(what: string, reason: string, ms: number): MeshscopeError {
  return new MeshscopeError(
    'Unreachable',
    ExitCode.unreachable,
    `the pod is gone, and no other one of ${what} answered within ${ms / 1000}s`,
    { lines: [['last', reason]], hint: '--give-up-after 10m waits longer' },
  );
}
