import type { ConfigDump } from '../../envoy/dump.ts';

/** What the pod's own Envoy says: its dump, why it could not be asked, or that it holds none. */
export type EnvoyFacts =
  | { readonly kind: 'read'; readonly dump: ConfigDump }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'none' };
