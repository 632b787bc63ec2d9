import { expect, it } from 'vitest';
import { ApiServer } from '../../../src/sources/cluster/api-server.ts';
import { openLogin } from '../../../src/sources/cluster/login.ts';
import { followPodLog, podLog } from '../../../src/sources/cluster/pod-logs.ts';
import { describeLive } from '../bench.ts';

describeLive('the log of a container', (bench) => {
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-'));
  if (cart === undefined) throw new Error('no cart proxy');
  const query = { pod: cart, container: 'istio-proxy' };
  const recorded = (bench.mesh.logs('proxies', cart).get('istio-proxy') ?? '').trimEnd().split('\n');

  async function using<T>(user: string, work: (api: ApiServer) => Promise<T>): Promise<T> {
    const login = openLogin({ kubeconfig: bench.kubeconfig, context: user, env: {}, home: '/', cwd: '/' });
    const options = { idleMs: 5_000, concurrency: 5, maxBytes: 10_000_000, userAgent: 'meshscope-e2e' };
    const api = new ApiServer(login, options);
    return work(api).finally(() => api.close());
  }

  it('is read from its end on', async () => {
    const tail = await using('reader', (api) => podLog(api, { ...query, tailLines: 3 }));
    expect(tail.toString('utf8').trimEnd().split('\n')).toEqual(recorded.slice(-3));
  });

  it('is followed until told to stop', async () => {
    const stop = new AbortController();
    const seen = await using('reader', async (api) => {
      let text = '';
      for await (const chunk of followPodLog(api, { ...query, tailLines: 2 }, stop.signal)) {
        text += chunk.toString('utf8');
        if (text.trimEnd().split('\n').length === 2) stop.abort();
      }
      return text;
    });
    expect(seen.trimEnd().split('\n')).toEqual(recorded.slice(-2));
  });

  it('that may not be read is a failure when it is followed, too', async () => {
    const following = using('nobody', async (api) => {
      for await (const _chunk of followPodLog(api, query, new AbortController().signal)) break;
    });
    await expect(following).rejects.toMatchObject({ code: 'Forbidden' });
  });
});
