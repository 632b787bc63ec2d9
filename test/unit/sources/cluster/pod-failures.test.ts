import { describe, expect, it } from 'vitest';
import { istiodPage } from '../../../../src/sources/cluster/istiod-page.ts';
import { execFailure } from '../../../../src/sources/cluster/pod-exec.ts';
import { forwardFailure } from '../../../../src/sources/cluster/port-stream.ts';

describe('what a node says of a port that it could not forward', () => {
  it.each([
    [
      'error forwarding port 15000 to pod abc, uid : failed to dial 127.0.0.1:15000: connect: connection refused',
      'connection refused: nothing listens on port 15000 of the pod',
    ],
    [
      'error forwarding port 15000 to pod abc, uid : unable to do port forwarding: socat not found',
      'the container runtime of the node lacks socat, which it needs to forward',
    ],
    [
      'error forwarding port 15000 to pod abc, uid : failed to find sandbox "abc" in store: not found',
      'the node has no running container of this pod (failed to find sandbox "abc" in store: not found)',
    ],
  ])('%s', (said, reason) => {
    expect(forwardFailure(said, 15000).message).toBe(reason);
  });

  it('may pass when the connection broke, and not otherwise', () => {
    expect(forwardFailure('error forwarding port 1 to pod a, uid : EOF', 1).passing).toBe(true);
    expect(forwardFailure('error forwarding port 1 to pod a, uid : odd', 1).passing).toBe(false);
  });
});

describe('the end of a command in a container', () => {
  it('is no failure when it succeeded', () => {
    expect(execFailure('{"status": "Success"}', 'a warning', 'istio-proxy')).toBe(undefined);
  });

  it('has its exit code and the last thing it said', () => {
    const status = JSON.stringify({
      status: 'Failure',
      message: 'command terminated with non-zero exit code',
      details: { causes: [{ reason: 'ExitCode', message: '2' }] },
    });
    expect(execFailure(status, 'usage\nunknown flag\n', 'istio-proxy')?.message).toBe(
      'exit code 2: unknown flag',
    );
  });

  it('says that the container has no such command', () => {
    const status = JSON.stringify({
      status: 'Failure',
      message: 'exec: "pilot-agent": executable file not found',
    });
    expect(execFailure(status, '', 'app')?.message).toBe('container app has no such command');
  });

  it.each(['', 'null', '[]', '5', '{"details": {"causes": 3}}'])('is a failure when it says %j', (status) => {
    expect(execFailure(status, '', 'istio-proxy')?.code).toBe('Unreachable');
  });
});

describe('the page that answers a question to istiod', () => {
  it('is a debug page on the monitoring port, narrowed to one proxy', () => {
    const proxy = { name: 'cart-v1', namespace: 'shop' };
    expect(istiodPage({ channel: 'debug', name: 'config_dump', proxy })).toEqual({
      port: 'monitoring',
      path: '/debug/config_dump?proxyID=cart-v1.shop',
    });
  });

  it.each([
    'force_disconnect',
    'cachez?clear=true',
    'adsz?push=true',
    '../quitquitquit',
    'pprof/profile',
    '',
  ])('is none for %j', (name) => {
    expect(istiodPage({ channel: 'debug', name })).toBeTypeOf('string');
  });
});
