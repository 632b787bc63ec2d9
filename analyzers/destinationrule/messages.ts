import { defineMessages } from '#analysis';

/** What analyzers of destination rules report. */
export const messages = defineMessages({
  IST0128: {
    name: 'NoServerCertificateVerificationDestinationLevel',
    level: 'warning',
    template: 'TLS mode {mode} to {host} has no CA certificate to verify the server with',
    why: 'With no caCertificates the sidecar trusts the roots of its operating system: a server with a certificate of a private authority is refused, and in older versions nothing was verified at all.',
    fix: 'Set caCertificates to the file with the authority of the server; for public servers caCertificates: system says that this is meant.',
  },
  IST0129: {
    name: 'NoServerCertificateVerificationPortLevel',
    level: 'warning',
    template: 'TLS mode {mode} to {host} on port {port} has no CA certificate to verify the server with',
    why: 'With no caCertificates the sidecar trusts the roots of its operating system: a server with a certificate of a private authority is refused, and in older versions nothing was verified at all.',
    fix: 'Set caCertificates in the TLS settings of that port; for public servers caCertificates: system says that this is meant.',
  },
  IST0173: {
    name: 'DestinationRuleSubsetNotSelectPods',
    level: 'error',
    template: 'no pod has the labels of subset {subset}',
    why: 'Requests that are routed to the subset find no endpoint and are answered with 503.',
    fix: 'Correct the labels of the subset, or remove it and the routes to it.',
  },
  IST0174: {
    name: 'UnknownDestinationRuleHost',
    level: 'warning',
    template: 'the host {host} is no service that this namespace sees',
    why: 'The rule applies to nothing: its subsets, TLS and load balancing settings are not in force.',
    fix: 'Correct the host: the name of a Service of the same namespace, a full name (name.namespace.svc.cluster.local), or a host of a ServiceEntry that is exported to this namespace.',
  },
  MSH0004: {
    name: 'DuplicateSubset',
    level: 'warning',
    template: 'the subset {subset} of {host} is also defined by {other}',
    why: 'Rules for one host in one namespace are joined, and of two subsets with one name the older one counts: the labels and settings of the other are not in force.',
    fix: 'Define each subset in one DestinationRule.',
  },
  MSH0010: {
    name: 'SubsetWithoutLabels',
    level: 'info',
    template: 'the subset {subset} has no labels: it is all of {host}',
    why: 'Traffic that is routed to the subset goes to every version.',
    fix: 'Give the subset the labels of its version, or route to the host without a subset.',
  },
  MSH0012: {
    name: 'MtlsConflict',
    level: 'error',
    template:
      '{sends}, but {workload} accepts only mTLS (PeerAuthentication {peer}, STRICT): callers get {symptom}',
    why: 'The sidecar of the server ends every connection that is not mTLS of the mesh: all requests of the clients that this rule is for fail.',
    fix: 'Remove the TLS setting of the rule, or set its mode to ISTIO_MUTUAL. Where a client without a sidecar is meant, set the port to PERMISSIVE in a PeerAuthentication of the workload.',
  },
  MSH0013: {
    name: 'MtlsToPlainText',
    level: 'error',
    template: 'it sends mTLS to {host}, but {workload} {why}: callers get {symptom}',
    why: 'The server takes the TLS handshake for a broken request: all requests of the clients that this rule is for fail.',
    fix: 'Remove the TLS setting of the rule (clients then use mTLS where the server can), set its mode to DISABLE, or give the server a sidecar that accepts mTLS.',
  },
  MSH0021: {
    name: 'OutlierDetectionNeverActs',
    level: 'warning',
    template: 'its outlier detection never ejects an endpoint: {reason}',
    why: 'Endpoints that fail stay in use, as if there were no outlier detection.',
    fix: 'Set consecutive5xxErrors or consecutiveGatewayErrors to a small number and maxEjectionPercent above 0.',
  },
  MSH0022: {
    name: 'DestinationRuleShadowed',
    level: 'warning',
    template: 'it is not in force: {reason}',
    why: 'Clients take the rules of one namespace: their own, else that of the service, else the root namespace. Rules of one namespace for one host are joined, and one traffic policy counts.',
    fix: 'Merge the settings into the rule that counts, or move the rule to the namespace of its clients or of the service.',
  },
  MSH0030: {
    name: 'ServerNotVerified',
    level: 'warning',
    template: 'TLS to {host} takes any certificate (insecureSkipVerify)',
    why: 'The traffic is encrypted, and nobody knows to whom: whoever gets in between can read and change it.',
    fix: 'Remove insecureSkipVerify, and set caCertificates and subjectAltNames to those of the server.',
  },
  MSH0035: {
    name: 'ConnectionPoolTooSmall',
    level: 'warning',
    template: '{field} is {value}: one request at a time, all others are refused',
    why: 'Requests beyond the limit are answered with 503 and the flag UO, under the most ordinary load.',
    fix: 'Raise the limit to what the service can take; the default is without a practical limit.',
  },
  MSH0037: {
    name: 'FailoverWithoutOutlierDetection',
    level: 'warning',
    template: 'failover between localities is set, and {where} has no outlier detection',
    why: 'Without outlier detection no endpoint is found to fail: traffic stays in its locality and the failover never happens.',
    fix: 'Set outlierDetection in the trafficPolicy of the DestinationRule of the service.',
  },
});
