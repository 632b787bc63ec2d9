import {
  ANY,
  always,
  FLAG,
  type Form,
  listOf,
  mapOf,
  NUMBER,
  object,
  TEXT,
  unlessEmpty,
} from './reference-form.ts';

// The fields and their order are those of the reference's `ztunnel-config … -o json` (spec of proxy-config §13).

const GATEWAY = object(always('destination'));

/** A workload as the reference writes it. */
export const WORKLOAD_FORM: Form = object(
  always('uid'),
  always('workloadIps', listOf(TEXT)),
  unlessEmpty('waypoint', GATEWAY),
  unlessEmpty('networkGateway', GATEWAY),
  always('protocol'),
  always('name'),
  always('namespace'),
  always('serviceAccount'),
  always('workloadName'),
  always('workloadType'),
  always('canonicalName'),
  always('canonicalRevision'),
  always('clusterId'),
  unlessEmpty('trustDomain'),
  always('locality', object(unlessEmpty('region'), unlessEmpty('zone'), unlessEmpty('subzone'))),
  always('node'),
  unlessEmpty('network'),
  always('status'),
  always('hostname'),
  always('capacity', NUMBER),
  always('applicationTunnel', object(always('protocol'), unlessEmpty('port', NUMBER))),
  unlessEmpty('authorizationPolicies', listOf(TEXT)),
);

/** A service as the reference writes it. */
export const SERVICE_FORM: Form = object(
  always('name'),
  always('namespace'),
  always('hostname'),
  always('vips', listOf(TEXT)),
  unlessEmpty('cidrVips', listOf(ANY)),
  always('ports', mapOf(NUMBER)),
  unlessEmpty(
    'loadBalancer',
    object(always('mode'), always('routingPreferences', listOf(TEXT)), always('healthPolicy')),
  ),
  unlessEmpty('waypoint', GATEWAY),
  always(
    'endpoints',
    mapOf(
      object(always('workloadUid'), always('service'), unlessEmpty('address'), always('port', mapOf(NUMBER))),
    ),
  ),
  unlessEmpty('subjectAltNames', listOf(TEXT)),
  always('ipFamilies'),
  unlessEmpty('canonical', FLAG),
  unlessEmpty('visibility'),
);

const TEXT_MATCHES = listOf(
  object(unlessEmpty('Exact'), unlessEmpty('Suffix'), unlessEmpty('Prefix'), unlessEmpty('Presence', ANY)),
);
const ACCOUNTS = listOf(object(always('namespace'), always('serviceAccount')));

const POLICY_MATCH = object(
  ...['namespaces', 'notNamespaces', 'principals', 'notPrincipals'].map((name) =>
    unlessEmpty(name, TEXT_MATCHES),
  ),
  ...['sourceIps', 'notSourceIps', 'destinationIps', 'notDestinationIps'].map((name) =>
    unlessEmpty(name, listOf(TEXT)),
  ),
  ...['destinationPorts', 'notDestinationPorts'].map((name) => unlessEmpty(name, listOf(NUMBER))),
  ...['serviceAccounts', 'notServiceAccounts'].map((name) => unlessEmpty(name, ACCOUNTS)),
);

/** A policy as the reference writes it. */
export const POLICY_FORM: Form = object(
  always('name'),
  always('namespace'),
  always('scope'),
  always('action'),
  always('rules', listOf(listOf(listOf(POLICY_MATCH)))),
);

const CERTIFICATES = listOf(
  object(always('pem'), always('serialNumber'), always('validFrom'), always('expirationTime')),
);

/** The certificates of one identity as the reference writes them. */
export const CERTIFICATE_FORM: Form = object(
  always('identity'),
  always('state'),
  always('certChain', CERTIFICATES),
  always('rootCerts', CERTIFICATES),
);

const CONNECTIONS = listOf(
  object(always('src'), always('originalDst'), always('actualDst'), always('protocol')),
);

/** A workload that ztunnel serves, and its connections, as the reference writes them. */
export const STATE_FORM: Form = object(
  unlessEmpty('state'),
  always('connections', object(always('inbound', CONNECTIONS), always('outbound', CONNECTIONS))),
  always(
    'info',
    object(always('name'), always('namespace'), always('trustDomain'), always('serviceAccount')),
  ),
);
