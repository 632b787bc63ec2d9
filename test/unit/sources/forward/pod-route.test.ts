import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { PodRef } from '../../../../src/kube/pod-ref.ts';
import { type PodPort, PodRoute } from '../../../../src/sources/forward/pod-route.ts';
import type { Answer } from '../../../../src/sources/source.ts';
import type { SourceErrorCode } from '../../../../src/sources/source-error.ts';

const OLD: PodPort = { pod: { name: 'kiali-old', namespace: 'istio-system' }, port: 20001 };
const NEW: PodPort = { pod: { name: 'kiali-new', namespace: 'istio-system' }, port: 20001 };

/** Pods by name that answer, and why the others do not. */
class Pods {
  readonly alive = new Set<string>();
  failure: SourceErrorCode = 'NotFound';
  next: Answer<PodPort | undefined> = { ok: true, value: undefined };
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly end = new AbortController();

  route(giveUpAfterMs = 5_000): PodRoute {
    return new PodRoute({
      live: {
        connect: async (pod) => this.#answer(pod, () => new PassThrough()),
        request: async (pod) => this.#answer(pod, () => ({ status: 404, body: Buffer.of() })),
      },
      first: OLD,
      what: 'app=kiali in istio-system',
      next: async () => this.next,
      giveUpAfterMs,
      lookEveryMs: 20,
      retryEveryMs: 5,
      say: (message) => this.said.push(message),
      signal: this.end.signal,
    });
  }

  #answer<T>(pod: PodRef, value: () => T): Answer<T> {
    this.asked.push(pod.name);
    if (this.alive.has(pod.name)) return { ok: true, value: value() };
    return {
      ok: false,
      error: { code: this.failure, asked: 'port', of: pod.name, reason: `no ${pod.name}` },
    };
  }
}

const pods: Pods[] = [];
function newPods(...alive: readonly string[]): Pods {
  const one = new Pods();
  for (const name of alive) one.alive.add(name);
  pods.push(one);
  return one;
}
afterEach(() => {
  for (const one of pods.splice(0)) one.end.abort();
});

describe('the way to a pod', () => {
  it('leads to the next one when the pod is gone, for requests that came meanwhile too', async () => {
    const all = newPods('kiali-old');
    const route = all.route();
    expect((await route.connect()).ok).toBe(true);
    all.alive.delete('kiali-old');
    const waiting = [route.connect(), route.connect()];
    await new Promise((resolve) => setTimeout(resolve, 20));
    all.next = { ok: true, value: NEW };
    all.alive.add('kiali-new');
    expect((await Promise.all(waiting)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(route.target).toBe(NEW);
    expect(all.said).toEqual([
      'kiali-old.istio-system is gone (no kiali-old): waiting for the next pod of app=kiali in istio-system',
      'goes on with kiali-new.istio-system, at the same address',
    ]);
  });

  it('is looked after while nobody asks anything', async () => {
    const all = newPods('kiali-old', 'kiali-new');
    all.next = { ok: true, value: NEW };
    const route = all.route();
    const running = route.run();
    all.alive.delete('kiali-old');
    while (route.target === OLD) await new Promise((resolve) => setTimeout(resolve, 5));
    all.end.abort();
    await running;
    expect(all.said.length).toBe(2);
  });

  it('closes its connections when the pod is gone, for nothing may come on them any more', async () => {
    const all = newPods('kiali-old');
    const route = all.route();
    const running = route.run();
    const answer = await route.connect();
    if (!answer.ok) throw new Error(answer.error.reason);
    const failure = new Promise<Error>((resolve) => answer.value.once('error', resolve));
    all.alive.delete('kiali-old');
    expect((await failure).message).toBe('the pod is gone (no kiali-old)');
    all.end.abort();
    await running;
  });

  it('goes on with the same pod when its server comes back', async () => {
    const all = newPods();
    all.next = { ok: true, value: OLD };
    const route = all.route();
    const waiting = route.connect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    all.alive.add('kiali-old');
    expect((await waiting).ok).toBe(true);
  });

  it('is given up when no pod comes in time: exit 69 with the last reason', async () => {
    const all = newPods('kiali-old');
    const route = all.route(50);
    const running = route.run();
    all.alive.delete('kiali-old');
    await expect(running).rejects.toMatchObject({
      exitCode: 69,
      message: 'the pod is gone, and no other one of app=kiali in istio-system answered within 0.05s',
      lines: [['last', 'there is no running pod of app=kiali in istio-system']],
    });
    expect((await route.connect()).ok).toBe(false);
  });

  it.each(['Timeout', 'Forbidden'] as const)('is not left for another one on %s', async (code) => {
    const all = newPods();
    all.failure = code;
    all.next = { ok: true, value: NEW };
    const route = all.route();
    const running = route.run();
    expect((await route.connect()).ok).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 60));
    all.end.abort();
    await running;
    expect(all.said).toEqual([]);
    expect(new Set(all.asked)).toEqual(new Set(['kiali-old']));
  });

  it('ends at once with the signal, also while the next pod is waited for', async () => {
    const all = newPods();
    const route = all.route(60_000);
    const [running, waiting] = [route.run(), route.connect()];
    await new Promise((resolve) => setTimeout(resolve, 30));
    const start = performance.now();
    all.end.abort();
    await running;
    expect((await waiting).ok).toBe(false);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
