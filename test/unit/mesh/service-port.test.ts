import { describe, expect, it } from 'vitest';
import { misleadingName, servicePortsOf } from '../../../src/mesh/service-port.ts';
import { service } from '../../helpers/objects.ts';

function port(fields: Readonly<Record<string, unknown>>) {
  const [found] = servicePortsOf(service('shop/cart', { ports: [{ port: 80, ...fields }] }));
  if (found === undefined) throw new Error('no port');
  return found;
}

describe('protocol of a service port', () => {
  it.each([
    [{ name: 'http' }, 'HTTP', 'name'],
    [{ name: 'http2-web' }, 'HTTP2', 'name'],
    [{ name: 'grpc-web' }, 'GRPCWeb', 'name'],
    [{ name: 'grpc-web-admin' }, 'GRPCWeb', 'name'],
    [{ name: 'HTTP-web' }, 'HTTP', 'name'],
    [{ name: 'foo-http' }, 'auto', 'none'],
    [{ name: 'constructor' }, 'auto', 'none'],
    [{}, 'auto', 'none'],
    [{ name: 'http', appProtocol: 'kubernetes.io/h2c' }, 'HTTP2', 'appProtocol'],
    [{ name: 'http', appProtocol: 'example.com/own' }, 'auto', 'none'],
    [{ appProtocol: 'hbone' }, 'HBONE', 'appProtocol'],
    [{ name: 'dns', protocol: 'UDP' }, 'UDP', 'number'],
    [{ name: 'db', port: 3306 }, 'TCP', 'number'],
  ])('%j is %s, by %s', (fields, protocol, from) => {
    expect(port(fields)).toMatchObject({ protocol, from });
  });
});

it('a name that ends in a protocol is misleading, unless istiod reads it', () => {
  expect(misleadingName(port({ name: 'foo-http' }))).toBe('http');
  expect(misleadingName(port({ name: 'http-foo' }))).toBeUndefined();
  expect(misleadingName(port({ name: 'status-port' }))).toBeUndefined();
});
