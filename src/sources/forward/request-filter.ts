import type { IncomingMessage } from 'node:http';
import type { AllowedHosts } from './allowed-hosts.ts';
import { isReadingPage, type ReadingPages } from './reading-pages.ts';

/** What a forward lets through. */
export interface FilterRules {
  readonly hosts: AllowedHosts;
  /** Of an admin server: the pages that only read. Absent for a web interface, which needs all methods. */
  readonly pages?: ReadingPages | undefined;
  /** Let requests through that may change something. */
  readonly allowPost: boolean;
}

/** Why a request is not let through. */
export interface Refusal {
  readonly status: 400 | 403;
  readonly reason: string;
}

/** What the filter looks at in a request. */
export type FilteredRequest = Pick<IncomingMessage, 'method' | 'url' | 'headersDistinct'>;

/** Whether a method only reads. */
export function isReading(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Whether the request is let through; `undefined` when it is. */
export function refusalOf(request: FilteredRequest, rules: FilterRules): Refusal | undefined {
  const { host = [], origin = [] } = request.headersDistinct;
  const [name = ''] = host;
  if (host.length !== 1 || !rules.hosts.allows(name)) {
    const reason = `the Host of this request is not the address of this forward, ${rules.hosts.origin}`;
    return { status: 403, reason };
  }
  if (origin.length > 1 || !origin.every((one) => rules.hosts.allowsOrigin(one))) {
    return { status: 403, reason: 'the request comes from a page of another site' };
  }
  const target = request.url ?? '';
  if (!target.startsWith('/')) {
    return { status: 400, reason: 'a request to this forward names a path, not a whole address' };
  }
  return rules.pages === undefined ? undefined : adminRefusal(request, target, rules.pages, rules.allowPost);
}

function adminRefusal(
  { method = '', headersDistinct: headers }: FilteredRequest,
  target: string,
  pages: ReadingPages,
  allowPost: boolean,
): Refusal | undefined {
  if (headers['upgrade'] !== undefined) {
    return { status: 403, reason: `${pages.server} is not asked for another protocol` };
  }
  const reads = isReading(method);
  if (reads && hasBody(headers)) {
    return { status: 400, reason: `a ${method} to ${pages.server} has no body` };
  }
  if (reads && isReadingPage(pages, target)) return undefined;
  if (!allowPost) {
    const what = reads ? 'this page' : `a ${method}`;
    return {
      status: 403,
      reason: `${what} may change something, and only reading pages of ${pages.server} are let through; --allow-post lets all through`,
    };
  }
  // A browser tells where a request comes from that has no Origin, such as the one for an image.
  const sites = headers['sec-fetch-site'] ?? [];
  return sites.every((site) => site === 'same-origin' || site === 'none')
    ? undefined
    : { status: 403, reason: 'the request comes from a page of another site, and it may change something' };
}

/** Whether a request announces a body. */
export function hasBody(headers: IncomingMessage['headersDistinct']): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    (headers['content-length'] ?? ['0']).some((one) => one !== '0')
  );
}
