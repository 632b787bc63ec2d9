import type { ConfigDump } from '../envoy/dump.ts';
import { MeshscopeError } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { type BootstrapAnswer, bootstrapOf } from './bootstrap.ts';
import { type ClusterFilter, type ClustersAnswer, clustersOf } from './clusters.ts';
import { type EdsAnswer, type EndpointFilter, edsOf } from './endpoints.ts';
import { type ListenerFilter, type ListenersAnswer, listenersOf } from './listeners.ts';
import { type ProxySecretsAnswer, proxySecretsOf } from './proxy-secrets.ts';
import { type RouteFilter, type RoutesAnswer, routesOf } from './routes.ts';

/** The filters of `proxy-config all`, each for its section. */
export interface AllFilters {
  readonly clusters: ClusterFilter;
  readonly listeners: ListenerFilter;
  readonly routes: RouteFilter;
  readonly endpoints: EndpointFilter;
}

/** Every section of one config_dump; a section that the dump lacks is `undefined` and named in `missing`. */
export interface ProxyConfigAll {
  readonly bootstrap: BootstrapAnswer | undefined;
  readonly clusters: ClustersAnswer | undefined;
  readonly listeners: ListenersAnswer | undefined;
  readonly routes: RoutesAnswer | undefined;
  readonly secrets: ProxySecretsAnswer | undefined;
  readonly endpoints: EdsAnswer;
  readonly missing: readonly MeshscopeError[];
  readonly raw: JsonObject;
}

/** Reads every section of a config_dump as it stands at `now`. */
export function allOf(dump: ConfigDump, filters: AllFilters, now: Date): ProxyConfigAll {
  const missing: MeshscopeError[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MeshscopeError)) throw error;
      missing.push(error);
      return undefined;
    }
  };
  return {
    bootstrap: attempt(() => bootstrapOf(dump)),
    clusters: attempt(() => clustersOf(dump, filters.clusters)),
    listeners: attempt(() => listenersOf(dump, filters.listeners)),
    routes: attempt(() => routesOf(dump, filters.routes)),
    secrets: attempt(() => proxySecretsOf(dump, now)),
    endpoints: edsOf(dump, filters.endpoints),
    missing,
    raw: dump.raw,
  };
}
