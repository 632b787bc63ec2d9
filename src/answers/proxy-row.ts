import type { IstiodSync, ProxyType, TypeSync } from '../istiod/sync.ts';
import { shortTypeName, subscriptionOrder } from '../istiod/xds-types.ts';
import type { ProblemKind, ProxyProblem } from './proxy-problem.ts';

/** One istiod that was asked: what it said, or why it could not. */
export interface AskedIstiod {
  readonly name: string;
  readonly namespace: string;
  readonly cluster?: string | undefined;
  readonly sync?: IstiodSync | undefined;
  /** The parsed DiscoveryResponse, where the answer came over xDS. */
  readonly document?: unknown;
  readonly failure?:
    | { readonly code: string; readonly reason: string; readonly next?: string | undefined }
    | undefined;
}

/** A proxy whose pages are at hand although its pod is not. */
export interface RecordedProxy {
  readonly proxyId: string;
  readonly namespace: string;
  readonly cluster?: string | undefined;
  readonly type: ProxyType;
  /** Whether any of its pages could be read. */
  readonly readable: boolean;
}

/** One proxy and its problems, worst first; none means in sync. */
export interface ProxyRow {
  readonly proxy: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly type: ProxyType;
  readonly state: ProblemKind | 'in-sync';
  readonly problems: readonly ProxyProblem[];
  readonly istiod?: string | undefined;
  readonly version?: string | undefined;
  readonly node?: string | undefined;
  /** Its xDS types by short name, in reading order. */
  readonly types: readonly TypeState[];
}

/** State of one xDS type for the reader. */
export interface TypeState {
  readonly type: string;
  readonly status: TypeSync['status'];
  readonly lastSent?: string | undefined;
  readonly error?: string | undefined;
}

/** The types of a proxy for the reader, in reading order. */
export function typeStates(types: readonly TypeSync[]): TypeState[] {
  const order = subscriptionOrder(types.map((type) => type.typeUrl));
  const sorted = [...types].sort((a, b) => order.indexOf(a.typeUrl) - order.indexOf(b.typeUrl));
  return sorted.map(({ typeUrl, status, lastSent, error }) => ({
    type: shortTypeName(typeUrl),
    status,
    lastSent,
    error,
  }));
}
