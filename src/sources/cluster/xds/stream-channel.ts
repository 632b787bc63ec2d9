import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ChannelCredentials, Client, credentials as libraryCredentials } from '@grpc/grpc-js';

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** A gRPC client on a stream, and how to end it. */
export interface StreamChannel {
  readonly client: Client;
  close(): void;
}

/**
 * A gRPC client whose only connection is a stream that is already open: a port-forward, secured or not. The library
 * opens a TCP connection of its own before it lets its credentials secure it, and takes no other stream. So it is given
 * a listener on loopback that accepts and says nothing; the credentials then put the stream in its place. No byte of
 * the conversation goes through the listener, which is closed as soon as the stream is taken.
 */
export async function channelOn(
  stream: Duplex,
  options: { readonly secure: boolean; readonly maxBytes: number; readonly userAgent: string },
): Promise<StreamChannel> {
  const listener = await silentListener();
  const { port } = listener.address() as AddressInfo;
  const credentials = new StreamCredentials(stream, options.secure, () => listener.close());
  const client = new Client(`127.0.0.1:${port}`, credentials, {
    'grpc.default_authority': 'istiod',
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    'grpc.max_receive_message_length': options.maxBytes,
    'grpc.primary_user_agent': options.userAgent,
    'grpc-node.flow_control_window': FLOW_WINDOW,
  });
  return {
    client,
    close: () => {
      client.close();
      stream.destroy();
      listener.close();
    },
  };
}

/** Bytes that may be under way before istiod waits for us; large dumps are slow with HTTP/2's own 64 kB. */
const FLOW_WINDOW = 4 * 1024 * 1024;

async function silentListener(): Promise<Server> {
  const listener = createServer((socket) => socket.on('error', () => {}).resume());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return listener;
}

class StreamCredentials extends ChannelCredentials {
  readonly #stream: Duplex;
  readonly #secure: boolean;
  readonly #onTaken: () => void;

  constructor(stream: Duplex, secure: boolean, onTaken: () => void) {
    super();
    this.#stream = stream;
    this.#secure = secure;
    this.#onTaken = onTaken;
  }

  override _isSecure(): boolean {
    return this.#secure;
  }

  override _equals(other: ChannelCredentials): boolean {
    return other === this;
  }

  override _createSecureConnector(
    ...[, , own]: Parameters<ChannelCredentials['_createSecureConnector']>
  ): Connector {
    return {
      connect: async (placeholder) => {
        placeholder.destroy();
        this.#onTaken();
        // HTTP/2 runs on any stream, although the library's type says a socket.
        return { socket: this.#stream as Socket, secure: this.#secure };
      },
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => own ?? libraryCredentials.createEmpty(),
      destroy: () => {},
    };
  }
}
