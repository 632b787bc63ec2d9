import { proxyId } from '../../kube/pod-ref.ts';
import { controlzTopic } from '../controlz-topics.ts';
import { refusedParameter } from '../debug-pages.ts';
import type { IstiodRequest } from '../source.ts';

/** Where an istiod answers a request: a port of its pod, and the path with its query. */
export interface IstiodPage {
  readonly port: number | 'monitoring';
  readonly path: string;
}

const CONTROLZ = 9876;

/** The page that answers a request over HTTP, or in words why there is none. */
export function istiodPage(request: IstiodRequest): IstiodPage | string {
  switch (request.channel) {
    case 'version':
      return { port: 'monitoring', path: '/version' };
    case 'metrics':
      return { port: 'monitoring', path: '/metrics' };
    case 'controlz': {
      const topic = controlzTopic(request.name);
      return topic === undefined
        ? `"${request.name}" is no topic of ControlZ that only reads`
        : { port: CONTROLZ, path: topic.path };
    }
    case 'xds':
      return 'it is asked over xDS';
    case 'debug': {
      const path = debugPath(request);
      return typeof path === 'string' ? path : { port: 'monitoring', path: `/debug/${path.page}` };
    }
  }
}

/** Name and query of a debug page, or in words why it is not asked. */
export function debugPath({ name, proxy, query = {} }: IstiodRequest): { readonly page: string } | string {
  const parameters = { ...(proxy === undefined ? {} : { proxyID: proxyId(proxy) }), ...query };
  // `pretty` stands for no parameter at all: every page takes it.
  for (const parameter of ['pretty', ...Object.keys(parameters)]) {
    const refused = refusedParameter(name, parameter);
    if (refused !== undefined) return refused;
  }
  const text = Object.entries(parameters).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return { page: text.length === 0 ? name : `${name}?${text.join('&')}` };
}
