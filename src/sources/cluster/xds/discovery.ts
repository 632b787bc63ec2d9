import protobuf from 'protobufjs/minimal.js';
import { messageType } from '../../../envoy/schema/api-table.ts';
import { toProtoJson } from '../../../envoy/schema/proto-json.ts';
import { asString, field } from '../../../util/json.ts';
import { CallFailure } from '../call-failure.ts';
import { decodeMessage } from './wire-json.ts';
import type { DebugType } from './xds-request.ts';

/** As whom istiod is asked: both must be those of the token or of the client certificate. */
export interface XdsIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * The bytes of the DiscoveryRequest for a debug answer. `GENERATOR: event` is what makes istiod answer with its state
 * instead of configuration; the version keeps it from treating the caller as an old proxy. Source: spec of connections
 * §6.4.
 */
export function encodeRequest(type: DebugType, resource: string | undefined, as: XdsIdentity): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(2)).fork();
  const name = `meshscope.${as.namespace}`;
  writer.uint32(tag(1)).string(`sidecar~127.0.0.1~${name}~${as.namespace}.svc.cluster.local`);
  writer.uint32(tag(3)).fork();
  const metadata = {
    GENERATOR: 'event',
    ISTIO_VERSION: '65536.65536.65536',
    NAMESPACE: as.namespace,
    SERVICE_ACCOUNT: as.serviceAccount,
  };
  for (const [key, value] of Object.entries(metadata)) {
    writer.uint32(tag(1)).fork();
    writer.uint32(tag(1)).string(key);
    writer.uint32(tag(2)).fork().uint32(tag(3)).string(value).ldelim();
    writer.ldelim();
  }
  writer.ldelim().ldelim();
  if (resource !== undefined) writer.uint32(tag(3)).string(resource);
  writer.uint32(tag(4)).string(type);
  return writer.finish();
}

/** All fields of the request are strings or messages, which have the same wire type. */
function tag(number: number): number {
  return (number << 3) | 2;
}

const RESPONSE = 'envoy.service.discovery.v3.DiscoveryResponse';

/**
 * A DiscoveryResponse in protobuf's JSON, its resources decoded. Throws `CallFailure` (Corrupt) for other bytes.
 */
export function decodeResponse(bytes: Uint8Array): unknown {
  const type = messageType(RESPONSE);
  try {
    return type && toProtoJson(decodeMessage(bytes, type), RESPONSE);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CallFailure('Corrupt', `istiod's xDS answer can't be decoded: ${why}`);
  }
}

/** The type URL that a decoded response answers to. */
export function responseType(response: unknown): string | undefined {
  return asString(field(response, 'typeUrl'));
}
