import { type PodRef, parseProxyId } from '../../kube/pod-ref.ts';
import { DEBUG_PAGES, debugPage, refusedParameter } from '../../sources/debug-pages.ts';
import { usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';

/** A debug page and what of it is wanted. */
export interface DebugQuestion {
  readonly name: string;
  readonly proxy?: PodRef | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** Parameters that stand for no difference in what is asked. */
const WITHOUT_MEANING: ReadonlySet<string> = new Set(['pretty']);

/**
 * Reads `NAME` or `NAME?parameter=value&…`. Throws a usage error for a page or parameter that may change something, and
 * for a page about one proxy that names none.
 */
export function parseDebugPage(text: string): DebugQuestion {
  const [path = '', search = ''] = splitOnce(text, '?');
  const name = path.replace(/^\/?(?:debug\/)?/, '');
  const page = debugPage(name);
  if (page === undefined) throw unknownPage(name);
  const parameters = [...new URLSearchParams(search)].filter(([key]) => !WITHOUT_MEANING.has(key));
  for (const [key] of parameters) {
    const refused = refusedParameter(name, key);
    if (refused !== undefined)
      throw usageError(refused, { hint: 'internal-debug --list shows what can be asked' });
  }
  const { proxyID, ...query } = Object.fromEntries(parameters);
  const proxy = proxyID === undefined ? undefined : parseProxyId(proxyID);
  if (proxyID !== undefined && proxy === undefined) {
    throw usageError(`proxyID=${proxyID.slice(0, 100)}: a proxy is named POD.NAMESPACE`);
  }
  if (page.proxy === 'needed' && proxy === undefined) {
    throw usageError(`debug page ${name} is about one proxy`, {
      hint: `meshscope internal-debug '${name}?proxyID=POD.NAMESPACE'`,
    });
  }
  return { name, ...(proxy && { proxy }), ...(Object.keys(query).length > 0 && { query }) };
}

function unknownPage(name: string): Error {
  if (name === 'force_disconnect' || name.startsWith('pprof')) {
    return usageError(`debug page ${name} does more than read: meshscope does not ask for it`);
  }
  const near = nearest(name, Object.keys(DEBUG_PAGES));
  return usageError(`istiod has no debug page "${name.slice(0, 80)}" that only reads`, {
    lines: near.length === 0 ? [] : [['near', near.join(', ')]],
    hint: 'internal-debug --list shows what can be asked',
  });
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
