import protobuf from 'protobufjs';

/** The messages of a debug exchange, as Envoy's API defines them. Own text on purpose: the program has a table of its own. */
const PROTO = `
syntax = "proto3";
message Any { string type_url = 1; bytes value = 2; }
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Value { oneof kind { int32 null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4; } }
message Struct { map<string, Value> fields = 1; }
message Node { string id = 1; string cluster = 2; Struct metadata = 3; }
message DiscoveryRequest {
  string version_info = 1; Node node = 2; repeated string resource_names = 3; string type_url = 4; string response_nonce = 5;
}
message ControlPlane { string identifier = 1; }
message DiscoveryResponse {
  string version_info = 1; repeated Any resources = 2; string type_url = 4; string nonce = 5; ControlPlane control_plane = 6;
}
enum ConfigStatus { UNKNOWN = 0; SYNCED = 1; NOT_SENT = 2; STALE = 3; ERROR = 4; }
message UpdateFailureState { Any failed_configuration = 1; Timestamp last_update_attempt = 2; string details = 3; }
message GenericXdsConfig {
  string type_url = 1; string name = 2; string version_info = 3; Any xds_config = 4; Timestamp last_updated = 5;
  ConfigStatus config_status = 6; UpdateFailureState error_state = 8;
}
message ClientConfig { Node node = 1; repeated GenericXdsConfig generic_xds_configs = 3; }
`;

const root = protobuf.parse(PROTO).root;

/** A request as the server sees it. */
export interface AdsRequest {
  readonly type: string;
  readonly resource: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a DiscoveryRequest. */
export function readRequest(bytes: Buffer): AdsRequest {
  const type = root.lookupType('DiscoveryRequest');
  const request = type.toObject(type.decode(bytes), { defaults: true });
  const fields: [string, { stringValue?: string }][] = Object.entries(
    request['node']?.metadata?.fields ?? {},
  );
  return {
    type: request['typeUrl'],
    resource: request['resourceNames'][0],
    metadata: Object.fromEntries(fields.map(([name, value]) => [name, value.stringValue ?? ''])),
  };
}

/** Writes a DiscoveryResponse of a type with these resources. */
export function writeResponse(
  type: string,
  resources: readonly { readonly type_url: string; readonly value: Uint8Array }[],
  identifier?: string,
): Buffer {
  return encode('DiscoveryResponse', {
    versionInfo: '2026-11-23T02:11:01Z/10',
    typeUrl: type,
    nonce: 'nonce-of-the-test',
    resources: resources.map(({ type_url, value }) => ({ typeUrl: type_url, value })),
    ...(identifier === undefined ? {} : { controlPlane: { identifier } }),
  });
}

/** Writes the ClientConfig that a recorded syncz answer (protobuf JSON) has for one proxy. */
export function writeClientConfig(recorded: {
  readonly node: { readonly id: string; readonly metadata: Readonly<Record<string, string>> };
  readonly genericXdsConfigs?: readonly Readonly<Record<string, unknown>>[];
}): Buffer {
  const metadata = Object.entries(recorded.node.metadata).map(([name, text]) => [
    name,
    { stringValue: text },
  ]);
  return encode('ClientConfig', {
    node: { id: recorded.node.id, metadata: { fields: Object.fromEntries(metadata) } },
    genericXdsConfigs: (recorded.genericXdsConfigs ?? []).map((config) => {
      const error = config['errorState'] as { lastUpdateAttempt?: string; details?: string } | undefined;
      return {
        typeUrl: config['typeUrl'],
        configStatus: config['configStatus'],
        lastUpdated: timestamp(config['lastUpdated']),
        ...(error === undefined
          ? {}
          : {
              errorState: { details: error.details, lastUpdateAttempt: timestamp(error.lastUpdateAttempt) },
            }),
      };
    }),
  });
}

function timestamp(text: unknown): object | undefined {
  const [, second = '', fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(String(text)) ?? [];
  if (second === '') return undefined;
  return { seconds: Date.parse(`${second}Z`) / 1000, nanos: Number(fraction.padEnd(9, '0')) };
}

function encode(name: string, object: object): Buffer {
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(object)).finish());
}
