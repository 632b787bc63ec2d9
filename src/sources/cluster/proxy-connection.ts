import { asObjects, asString, field } from '../../util/json.ts';

/**
 * istiod takes the first connection whose ID contains the text that it is given: `a.shop` may give the page of
 * `beta.shop`. `proxies` are all proxies that are connected there.
 */
export function needsConnection(proxy: string, proxies: Iterable<string>): boolean {
  return [...proxies].some((other) => other !== proxy && other.includes(proxy));
}

/**
 * ID of the newest connection of the proxy on istiod's page `connections`, where no other connection's ID contains it;
 * `undefined` when there is none. Connection IDs are `<proxy>-<number>`.
 */
export function connectionOf(proxy: string, page: unknown): string | undefined {
  const ids = asObjects(field(page, 'clients')).flatMap((client) => asString(client['connectionId']) ?? []);
  const number = (id: string): number => Number(id.slice(proxy.length + 1));
  const own = ids.filter((id) => id.startsWith(`${proxy}-`) && Number.isInteger(number(id)));
  const [newest] = own.sort((a, b) => number(b) - number(a));
  const isAmbiguous = ids.some((id) => newest !== undefined && id !== newest && id.includes(newest));
  return isAmbiguous ? undefined : newest;
}
