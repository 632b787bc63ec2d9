import { nodeOf, type ProxyNode, type ProxyVersions, versionsOf } from '../envoy/bootstrap.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import type { JsonObject } from '../util/json.ts';

/** How a proxy was started: its versions, its node, and the whole section. */
export interface BootstrapAnswer {
  readonly versions: ProxyVersions;
  readonly node: ProxyNode;
  /** RFC 3339: when the proxy started. */
  readonly started: string | undefined;
  readonly section: JsonObject;
}

/** The bootstrap in a config_dump. Throws a data error when it has none. */
export function bootstrapOf(dump: ConfigDump): BootstrapAnswer {
  const section = dump.require('Bootstrap');
  const started = section['last_updated'];
  return {
    versions: versionsOf(dump),
    node: nodeOf(dump),
    started: typeof started === 'string' ? started : undefined,
    section,
  };
}
