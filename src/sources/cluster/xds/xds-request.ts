import { asObjects, asString, field } from '../../../util/json.ts';
import type { IstiodRequest } from '../../source.ts';
import { CallFailure } from '../call-failure.ts';
import { debugPath } from '../istiod-page.ts';

/** Type URLs of istiod's debug answers over xDS. `page` gives the body of any debug page. */
export const DEBUG_TYPES = {
  page: 'istio.io/debug',
  syncz: 'istio.io/debug/syncz',
  config_dump: 'istio.io/debug/config_dump',
} as const;

/** One of the type URLs of istiod's debug answers. */
export type DebugType = (typeof DEBUG_TYPES)[keyof typeof DEBUG_TYPES];

/** How a request is put to istiod over xDS, and how its answer becomes the bytes that the request's channel promises. */
export interface XdsQuestion {
  readonly type: DebugType;
  readonly resource: string | undefined;
  bytes(response: unknown): Buffer;
}

/** The xDS form of a request; in words why it has none. */
export function xdsQuestion(request: IstiodRequest): XdsQuestion | string {
  switch (request.channel) {
    case 'metrics':
    case 'controlz':
      return `${request.channel} can't be asked over xDS`;
    case 'version':
      return { type: DEBUG_TYPES.syncz, resource: undefined, bytes: versionOf };
    case 'xds':
      if (request.name === 'syncz' && request.proxy === undefined && request.query === undefined)
        return { type: DEBUG_TYPES.syncz, resource: undefined, bytes: asJson };
      if (request.name === 'config_dump' && request.proxy !== undefined && request.query === undefined) {
        const { name, namespace } = request.proxy;
        return { type: DEBUG_TYPES.config_dump, resource: `${name}.${namespace}`, bytes: asDump };
      }
      return pageQuestion(request);
    case 'debug':
      return pageQuestion(request);
  }
}

function pageQuestion(request: IstiodRequest): XdsQuestion | string {
  const path = debugPath(request);
  return typeof path === 'string' ? path : { type: DEBUG_TYPES.page, resource: path.page, bytes: pageOf };
}

function asJson(response: unknown): Buffer {
  return Buffer.from(JSON.stringify(response, null, 2));
}

/** The sections as the page `/debug/config_dump` has them. A proxy that is not connected there has none. */
function asDump(response: unknown): Buffer {
  const configs = field(response, 'resources');
  if (!Array.isArray(configs) || configs.length === 0) throw notConnected();
  return asJson({ configs });
}

/** Over xDS an error page comes as a page like any other: only its text tells. */
function pageOf(response: unknown): Buffer {
  const [resource] = asObjects(field(response, 'resources'));
  const page = Buffer.from(asString(resource?.['value']) ?? '', 'base64');
  if (page.length < 300) {
    const text = page.toString('utf8').trim();
    if (/^Proxy not connected to this Pilot instance/.test(text)) throw notConnected();
    if (/^(404 page not found|You must provide a proxyID)/.test(text))
      throw new CallFailure('NotFound', `it answered: ${text}`);
  }
  return page;
}

/** The build of the istiod, which names itself in answers of this type alone. */
function versionOf(response: unknown): Buffer {
  const identifier = asString(field(response, 'controlPlane', 'identifier')) ?? '';
  try {
    const info = field(JSON.parse(identifier), 'Info');
    if (asString(field(info, 'version')) !== undefined) return asJson(info);
  } catch {
    // An istiod that names itself otherwise.
  }
  throw new CallFailure('NotFound', 'it does not name its version over xDS');
}

function notConnected(): CallFailure {
  return new CallFailure('NotFound', 'the proxy is not connected to this istiod');
}
