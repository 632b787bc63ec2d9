import type { ZtunnelCertificates } from './ztunnel-certificates.ts';
import type { ZtunnelConnections } from './ztunnel-connections.ts';
import type { ZtunnelPolicies } from './ztunnel-policies.ts';
import type { ZtunnelServices } from './ztunnel-services.ts';
import type { ZtunnelWorkloads } from './ztunnel-workloads.ts';

/** Everything that a ztunnel is configured with. */
export interface ZtunnelAll {
  readonly workloads: ZtunnelWorkloads;
  readonly services: ZtunnelServices;
  readonly policies: ZtunnelPolicies;
  readonly certificates: ZtunnelCertificates;
  readonly connections: ZtunnelConnections;
  /** The config_dump as it was read. */
  readonly raw: unknown;
  /** A title over each section, under `--compat`; ours have one anyway. */
  readonly withHeaders: boolean;
}
