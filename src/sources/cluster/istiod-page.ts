import { proxyId } from '../../kube/pod-ref.ts';
import type { IstiodRequest } from '../source.ts';

/** Where an istiod answers a request: a port of its pod, and the path with its query. */
export interface IstiodPage {
  readonly port: number | 'monitoring';
  readonly path: string;
}

const CONTROLZ = 9876;

/** Debug pages that only read. Others change things: push, clear a cache, disconnect proxies. */
export const READING_PAGES: ReadonlySet<string> = new Set([
  'adsz',
  'ambientz',
  'authorizationz',
  'cachez',
  'clusterz',
  'config_dump',
  'configz',
  'connections',
  'ecdsz',
  'edsz',
  'endpointShardz',
  'endpointz',
  'inject',
  'instancesz',
  'krtz',
  'list',
  'mcsz',
  'mesh',
  'ndsz',
  'networkz',
  'push_status',
  'pushcontext',
  'registryz',
  'resourcesz',
  'sidecarz',
  'syncz',
  'telemetryz',
]);

/** The page that answers a request over HTTP, or in words why there is none. */
export function istiodPage(request: IstiodRequest): IstiodPage | string {
  switch (request.channel) {
    case 'version':
      return { port: 'monitoring', path: '/version' };
    case 'metrics':
      return { port: 'monitoring', path: '/metrics' };
    case 'controlz':
      return request.name === 'scopes'
        ? { port: CONTROLZ, path: '/scopej/' }
        : `ControlZ has no reading page "${request.name}"`;
    case 'xds':
      return 'istiod is asked over HTTP here, not over xDS';
    case 'debug': {
      if (!READING_PAGES.has(request.name))
        return `"${request.name}" is not one of the debug pages that only read`;
      const query =
        request.proxy === undefined ? '' : `?proxyID=${encodeURIComponent(proxyId(request.proxy))}`;
      return { port: 'monitoring', path: `/debug/${request.name}${query}` };
    }
  }
}
