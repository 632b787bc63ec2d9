import { asObject } from '../../../util/json.ts';
import { isSameJson } from '../../../util/same-json.ts';
import type { Spot } from '../spot.ts';

/** A match, and the route it belongs to. */
interface Seen {
  readonly match: Spot;
  readonly name: string;
  readonly route: string;
}

/** Routes that no request reaches, and matches that repeat earlier ones (analyzers, section 4.2, rules 30 to 34). */
export function checkReachability(routes: readonly Spot[], isHttp: boolean): void {
  let catchAll: string | undefined;
  const seen: Seen[] = [];
  const prefixes: Seen[] = [];
  for (const [index, route] of routes.entries()) {
    const name = labelOf(route, index);
    const matches = route.items('match');
    if (matches.length === 0) {
      if (catchAll !== undefined)
        route.note('unreachable', `${name} comes after ${catchAll}, which takes everything`);
      catchAll ??= name;
      continue;
    }
    let repeated = 0;
    for (const [at, match] of matches.entries()) {
      const matchName = labelOf(match, at);
      if (catchAll !== undefined)
        route.note('unreachable', `${name} comes after ${catchAll}, which takes everything`);
      const earlier = seen.find((other) => sameMatch(other.match, match));
      if (earlier !== undefined) {
        repeated++;
        match.note('ineffective', `match ${matchName} of ${name} repeats one of ${earlier.route}`);
      }
      seen.push({ match, name: matchName, route: name });
      if (isHttp && match.get('uri', 'prefix').text !== '') {
        const wider = prefixes.find((other) => covers(other.match, match));
        if (wider !== undefined) {
          const text = `match ${matchName} of ${name} is taken by the shorter prefix "${wider.match.get('uri', 'prefix').text}" of ${wider.route}`;
          match.note('ineffective', text);
        }
        prefixes.push({ match, name: matchName, route: name });
      }
    }
    if (repeated === matches.length)
      route.note('unreachable', `all matches of ${name} are taken by earlier routes`);
  }
}

function labelOf(spot: Spot, index: number): string {
  const name = spot.get('name').text;
  return name === '' ? `#${index}` : `"${name}"`;
}

function sameMatch(a: Spot, b: Spot): boolean {
  return isSameJson(withoutName(a), withoutName(b));
}

function withoutName(match: Spot): unknown {
  const { name: _name, ...rest } = asObject(match.value) ?? {};
  return rest;
}

/** Whether all requests of `narrow` are taken by `wide`, as far as prefixes tell. */
function covers(wide: Spot, narrow: Spot): boolean {
  const [prefix, longer] = [wide.get('uri', 'prefix').text, narrow.get('uri', 'prefix').text];
  if (prefix.length >= longer.length || !longer.startsWith(prefix)) return false;
  if (wide.get('port').number !== narrow.get('port').number) return false;
  const single = ['method', 'authority'].every((name) => textCovers(wide.get(name), narrow.get(name), name));
  return (
    single && ['headers', 'queryParams', 'withoutHeaders'].every((list) => mapCovers(wide, narrow, list))
  );
}

function mapCovers(wide: Spot, narrow: Spot, list: string): boolean {
  const [a, b] = [wide.entries(list), narrow.entries(list)];
  if (a.length !== b.length) return false;
  return a.every(([key, value]) => {
    const other = b.find(([name]) => name === key);
    return other !== undefined && textCovers(value, other[1], list);
  });
}

function textCovers(wide: Spot, narrow: Spot, field: string): boolean {
  const [a, b] = [matchText(wide, field), matchText(narrow, field)];
  return a === b || (a !== '' && b.startsWith(a));
}

function matchText(match: Spot, field: string): string {
  const text = match.get('exact').text || match.get('prefix').text;
  return text === '' && field === 'method' ? 'GET' : text;
}
