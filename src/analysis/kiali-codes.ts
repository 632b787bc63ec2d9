/** What Kiali's code says, and the codes that say the same here; `not` tells why none does. */
export interface KialiCode {
  readonly says: string;
  readonly codes: readonly string[];
  /** What is different here, or why there is no such finding. */
  readonly note?: string;
}

const ADD_UP = 'RequestAuthentications and WasmPlugins add up; kinds of which one counts have their code';
const EFFECTIVE =
  'what clients send and servers accept is judged together, for each service and port: a pair of objects that works is not reported';
const AMBIENT_TARGET = 'a selector that finds ztunnel workloads is told to use targetRefs';

/** Kiali's validation codes: aliases that people search for. */
export const KIALI_CODES: Readonly<Record<string, KialiCode>> = {
  KIA0001: {
    says: 'other namespaces can not be seen',
    codes: [],
    note: 'kinds and namespaces that could not be read are named with every answer',
  },
  KIA0002: {
    says: 'several objects without selector in a namespace',
    codes: ['IST0111', 'IST0160', 'MSH0023', 'MSH0036'],
    note: ADD_UP,
  },
  KIA0003: {
    says: 'several objects for one workload',
    codes: ['IST0110', 'IST0159', 'MSH0023', 'MSH0036'],
    note: ADD_UP,
  },
  KIA0004: { says: 'the selector finds no workload', codes: ['IST0127', 'IST0101', 'MSH0024'] },
  KIA0005: { says: 'exportTo names a namespace that does not exist', codes: ['MSH0005'] },
  KIA0101: { says: 'a source namespace does not exist', codes: ['IST0101'] },
  KIA0102: { says: 'a method is neither of HTTP nor of gRPC', codes: ['MSH0031'] },
  KIA0104: {
    says: 'a host of an AuthorizationPolicy is not in the registry',
    codes: [],
    note: 'hosts of requests need not be services: names outside the cluster reach gateways, and clients choose the Host header',
  },
  KIA0105: { says: 'a field of an AuthorizationPolicy needs mTLS', codes: ['MSH0032'] },
  KIA0106: { says: 'the service account of a principal does not exist', codes: ['MSH0008'] },
  KIA0107: {
    says: 'the service account of a principal is in another cluster',
    codes: ['MSH0008'],
    note: 'reported as likely: an account of another cluster is not read',
  },
  KIA0108: { says: 'the trust domain of a principal is unknown', codes: ['MSH0034'] },
  KIA0109: { says: 'ambient: an AuthorizationPolicy about HTTP needs a waypoint', codes: ['MSH0016'] },
  KIA0110: {
    says: 'ambient: an AuthorizationPolicy needs targetRefs',
    codes: ['MSH0016', 'IST0166'],
    note: AMBIENT_TARGET,
  },
  KIA0201: { says: 'several DestinationRules for one host and subset', codes: ['MSH0004', 'MSH0022'] },
  KIA0202: { says: 'the host of a DestinationRule is not in the registry', codes: ['IST0174'] },
  KIA0203: { says: 'the labels of a subset find nothing', codes: ['IST0173'] },
  KIA0204: {
    says: 'mTLS settings of another DestinationRule are overridden',
    codes: ['MSH0022', 'MSH0012'],
    note: EFFECTIVE,
  },
  KIA0205: { says: 'PeerAuthentication for mesh-wide mTLS is missing', codes: ['MSH0013'], note: EFFECTIVE },
  KIA0206: {
    says: 'PeerAuthentication for mTLS of the namespace is missing',
    codes: ['MSH0013'],
    note: EFFECTIVE,
  },
  KIA0207: {
    says: 'PeerAuthentication is STRICT and the DestinationRule turns mTLS off',
    codes: ['MSH0012'],
  },
  KIA0208: { says: 'PeerAuthentication needs PERMISSIVE for a DestinationRule', codes: ['MSH0012'] },
  KIA0209: { says: 'a subset has no labels', codes: ['MSH0010'] },
  KIA0210: {
    says: 'ambient: HTTP settings of a DestinationRule need a waypoint',
    codes: [],
    note: 'a waypoint applies settings of connections, too: which ones are meant can not be told; routes without a waypoint are MSH0016',
  },
  KIA0211: {
    says: 'ambient: a DestinationRule is not in the namespace of its service',
    codes: ['MSH0022'],
    note: 'where no client of the mesh can consult it',
  },
  KIA0212: {
    says: 'ambient: a DestinationRule is not in the namespace of the waypoint',
    codes: ['MSH0022'],
    note: 'where no client of the mesh can consult it',
  },
  KIA0301: { says: 'several Gateways for one host and port', codes: ['IST0145'] },
  KIA0302: { says: 'the selector of a Gateway finds no workload', codes: ['IST0101'] },
  KIA0401: { says: 'DestinationRule for mesh-wide mTLS is missing', codes: ['MSH0012'], note: EFFECTIVE },
  KIA0501: {
    says: 'DestinationRule for mTLS of the namespace is missing',
    codes: ['MSH0012'],
    note: EFFECTIVE,
  },
  KIA0505: {
    says: 'DestinationRule that turns off mTLS of the namespace is missing',
    codes: ['MSH0013'],
    note: EFFECTIVE,
  },
  KIA0506: {
    says: 'DestinationRule that turns off mesh-wide mTLS is missing',
    codes: ['MSH0013'],
    note: EFFECTIVE,
  },
  KIA0601: { says: 'a port name is not of the form protocol[-suffix]', codes: ['IST0118'] },
  KIA0602: { says: 'appProtocol is not of the form protocol[-suffix]', codes: ['IST0118'] },
  KIA0701: { says: 'no workload exposes the port of a Service', codes: ['MSH0006'] },
  KIA1004: { says: 'an egress host of a Sidecar is not in the registry', codes: ['MSH0027'] },
  KIA1006: {
    says: 'the mesh-wide Sidecar has a selector',
    codes: ['IST0101'],
    note: 'where the selector finds no pod of its namespace: of the root namespace, too, it is for that one alone',
  },
  KIA1007: {
    says: 'outboundTrafficPolicy without a mode',
    codes: [],
    note: 'the default mode is certain: REGISTRY_ONLY or ALLOW_ANY by the mesh configuration',
  },
  KIA1101: { says: 'the destination of a route does not exist', codes: ['IST0101', 'MSH0040'] },
  KIA1102: { says: 'the gateway of a VirtualService does not exist', codes: ['IST0101'] },
  KIA1104: {
    says: 'a weight where there is one destination',
    codes: [],
    note: 'it does no harm: one destination gets everything',
  },
  KIA1105: {
    says: 'a destination stands twice in one route',
    codes: [],
    note: 'it does no harm: the weights add up',
  },
  KIA1106: { says: 'several VirtualServices for one host', codes: ['IST0109'] },
  KIA1107: { says: 'the subset of a route does not exist', codes: ['IST0101'] },
  KIA1108: {
    says: 'a gateway is named in the old form',
    codes: [],
    note: 'the old form works; a name that is read in another way than meant is IST0101',
  },
  KIA1109: { says: 'ambient: a VirtualService needs a waypoint', codes: ['MSH0016'] },
  KIA1110: { says: 'ambient: a RequestAuthentication needs a waypoint', codes: ['MSH0016'] },
  KIA1111: { says: 'ambient: a WasmPlugin needs a waypoint', codes: ['MSH0016'] },
  KIA1112: { says: 'ambient: a Telemetry needs a waypoint', codes: ['MSH0016'] },
  KIA1113: { says: 'ambient: a VirtualService does not fit its waypoint', codes: ['MSH0016', 'MSH0017'] },
  KIA1114: { says: 'ambient: a VirtualService does not fit its waypoint', codes: ['MSH0016', 'MSH0017'] },
  KIA1115: {
    says: 'ambient: a RequestAuthentication needs targetRefs',
    codes: ['MSH0016', 'IST0166'],
    note: AMBIENT_TARGET,
  },
  KIA1116: {
    says: 'ambient: a WasmPlugin needs targetRefs',
    codes: ['MSH0016', 'IST0166'],
    note: AMBIENT_TARGET,
  },
  KIA1117: {
    says: 'ambient: a Telemetry needs targetRefs',
    codes: ['MSH0016', 'IST0166'],
    note: AMBIENT_TARGET,
  },
  KIA1211: { says: 'several ServiceEntries for one host and port', codes: ['MSH0007'] },
  KIA1212: { says: 'ServiceEntries give one port different protocols', codes: ['IST0177'] },
  KIA1301: {
    says: 'no AuthorizationPolicy is for a workload',
    codes: ['MSH0048'],
    note: 'where other workloads of the namespace have one',
  },
  KIA1311: { says: 'ambient: labels for sidecar and ambient mode together', codes: ['MSH0018', 'IST0123'] },
  KIA1312: { says: 'ambient: labels or annotations of both modes together', codes: ['MSH0018', 'IST0123'] },
  KIA1313: { says: 'ambient: the label for a waypoint is wrong', codes: ['MSH0017'] },
  KIA1314: { says: 'ambient: the waypoint of a label does not exist', codes: ['MSH0017'] },
  KIA1315: { says: 'ambient: a pod has a sidecar', codes: ['MSH0018'] },
  KIA1316: {
    says: 'ambient: a pod in an ambient namespace is not in ambient mode',
    codes: ['MSH0018', 'MSH0054'],
  },
  KIA1317: { says: 'ambient: a policy about HTTP without a waypoint', codes: ['MSH0016'] },
  KIA1401: { says: 'the Gateway of a route does not exist', codes: ['MSH0043'] },
  KIA1402: { says: 'the backend of a route does not exist', codes: ['MSH0044', 'MSH0045'] },
  KIA1501: {
    says: 'several Gateway API gateways for one host and port',
    codes: ['MSH0042'],
    note: 'within one Gateway; each Gateway has an address of its own',
  },
  KIA1502: {
    says: 'several Gateway API gateways with one address',
    codes: [],
    note: 'istiod writes to the status when an address can not be had: IST0171',
  },
  KIA1503: { says: 'listeners of a Gateway are not unique', codes: ['MSH0042'] },
  KIA1504: { says: 'the class of a Gateway is unknown', codes: ['MSH0052'] },
  KIA1601: { says: 'the namespace of a ReferenceGrant does not exist', codes: ['MSH0046'] },
  KIA1701: { says: 'the service account of a WorkloadGroup does not exist', codes: ['MSH0047'] },
  KIA1702: {
    says: 'a WorkloadGroup has the labels of another one',
    codes: [],
    note: 'several groups may serve one service; their labels are then meant to be the same',
  },
};
