import type { KubeObject } from '../kube/object.ts';
import { KINDS } from './kinds.ts';

/** The kinds that the reasoning about pods and services reads. */
export const MESH_KINDS = {
  pods: KINDS.Pod,
  services: KINDS.Service,
  namespaces: KINDS.Namespace,
  virtualServices: KINDS.VirtualService,
  destinationRules: KINDS.DestinationRule,
  serviceEntries: KINDS.ServiceEntry,
  gateways: KINDS.Gateway,
  sidecars: KINDS.Sidecar,
  envoyFilters: KINDS.EnvoyFilter,
  peerAuthentications: KINDS.PeerAuthentication,
  authorizationPolicies: KINDS.AuthorizationPolicy,
  requestAuthentications: KINDS.RequestAuthentication,
  telemetries: KINDS.Telemetry,
  wasmPlugins: KINDS.WasmPlugin,
  kubeGateways: KINDS.GatewayApiGateway,
  httpRoutes: KINDS.HTTPRoute,
  grpcRoutes: KINDS.GRPCRoute,
} as const;

/** A key of `MESH_KINDS`. */
export type MeshKind = keyof typeof MESH_KINDS;

/** The objects of a mesh as far as they could be read. A kind that is not known gives an empty list. */
export class MeshObjects {
  /** The namespace whose policies apply to the whole mesh. */
  readonly rootNamespace: string;
  readonly #lists: ReadonlyMap<MeshKind, readonly KubeObject[]>;
  readonly #partial: ReadonlyMap<MeshKind, readonly string[]>;

  /**
   * @param lists what was read; a kind without an entry could not be read
   * @param partial kinds that were read in these namespaces only
   */
  constructor(
    rootNamespace: string,
    lists: ReadonlyMap<MeshKind, readonly KubeObject[]>,
    partial: ReadonlyMap<MeshKind, readonly string[]> = new Map(),
  ) {
    this.rootNamespace = rootNamespace;
    this.#lists = lists;
    this.#partial = partial;
  }

  /** The objects of a kind; empty when it could not be read. */
  all(kind: MeshKind): readonly KubeObject[] {
    return this.#lists.get(kind) ?? [];
  }

  /** The objects of a kind in one namespace. */
  within(kind: MeshKind, namespace: string): readonly KubeObject[] {
    return this.all(kind).filter((one) => (one.metadata.namespace ?? '') === namespace);
  }

  /** The object of that name, or `undefined`. */
  find(kind: MeshKind, namespace: string, name: string): KubeObject | undefined {
    return this.all(kind).find(
      ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
    );
  }

  /** Whether all objects of a kind in a namespace (in every one, without it) are known: only then one can be said to lack. */
  knows(kind: MeshKind, namespace?: string): boolean {
    if (!this.#lists.has(kind)) return false;
    const only = this.#partial.get(kind);
    return only === undefined || (namespace !== undefined && only.includes(namespace));
  }

  /** The Namespace object, where it could be read. */
  namespace(name: string): KubeObject | undefined {
    return this.all('namespaces').find(({ metadata }) => metadata.name === name);
  }
}
