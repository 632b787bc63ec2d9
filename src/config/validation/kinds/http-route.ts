import { checkDestination, checkDestinations } from '../parts/destination.ts';
import { checkFault } from '../parts/fault.ts';
import { checkDuration, checkPort, durationMs, regexProblem } from '../parts/fields.ts';
import { checkHeaderOperations } from '../parts/http-headers.ts';
import { checkHttpMatch, checkStringMatch, isToken } from '../parts/http-match.ts';
import { checkRetries } from '../parts/retries.ts';
import type { Spot } from '../spot.ts';

const LARGE_BODY = 100 * 1024;
const LARGEST_BODY = 1024 * 1024;
const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE *'.split(' '),
);

/** One http route of a VirtualService (analyzers, section 4.2, rules 8 to 27). */
export function checkHttpRoute(route: Spot, isDelegate: boolean): void {
  for (const match of route.items('match')) checkHttpMatch(match);
  if (checkWhatItDoes(route, isDelegate)) checkAuthority(route);
  checkHeaderOperations(route.get('headers'));
  checkCors(route.get('corsPolicy'));
  checkFault(route.get('fault'));
  checkMirrors(route);
  checkRedirect(route);
  checkDirectResponse(route.get('directResponse'));
  checkRetries(route.get('retries'));
  checkRewrite(route.get('rewrite'));
  checkDestinations(route);
  checkDuration(route.get('timeout'));
}

/** What a route is for, which must be one thing; false for one that hands over to a delegate. */
function checkWhatItDoes(route: Spot, isDelegate: boolean): boolean {
  if (isDelegate && route.has('delegate')) route.error('a delegate can not delegate further', 'delegate');
  if (route.has('delegate') && !isDelegate) {
    for (const name of ['redirect', 'route'])
      if (route.has(name)) route.error(`a route with a delegate can not have ${name}`, name);
    return false;
  }
  if (route.has('redirect')) forbid(route, 'redirect', ['route', 'fault', 'rewrite', 'directResponse']);
  else if (route.has('directResponse')) forbid(route, 'directResponse', ['route', 'fault', 'rewrite']);
  else if (!route.has('route')) route.error('the route has neither route, redirect nor directResponse');
  return true;
}

function forbid(route: Spot, what: string, names: readonly string[]): void {
  for (const name of names)
    if (route.has(name)) route.error(`a route with ${what} can not have ${name}`, name);
}

/** The authority may be set in one place only. */
function checkAuthority(route: Spot): void {
  const isSet = (operation: string): boolean =>
    route
      .entries('headers', 'request', operation)
      .some(([name]) => [':authority', 'host'].includes(name.toLowerCase()));
  const places = [route.get('rewrite', 'authority').text !== '', isSet('set'), isSet('add')];
  if (places.filter(Boolean).length > 1)
    route.error('the authority is set in more than one of rewrite and the request headers');
}

function checkCors(cors: Spot): void {
  if (!cors.isSet) return;
  for (const origin of cors.items('allowOrigins')) {
    checkStringMatch(origin);
    if (origin.get('exact').value === '') origin.error('the origin is empty', 'exact');
  }
  const methods = cors.get('allowMethods');
  methods.texts.forEach((method, index) => {
    if (!METHODS.has(method)) methods.error(`"${method}" is no HTTP method`, index);
  });
  for (const name of ['allowHeaders', 'exposeHeaders']) {
    const list = cors.get(name);
    list.texts.forEach((header, index) => {
      if (header !== '*' && !isToken(header))
        list.error(`"${header}" can not be the name of a header`, index);
    });
  }
  const age = cors.get('maxAge');
  checkDuration(age);
  if ((durationMs(age.value) ?? 0) % 1000 !== 0) age.error('only whole seconds can be used');
}

function checkMirrors(route: Spot): void {
  if (route.has('mirror') && route.has('mirrors'))
    route.error('mirror and mirrors can not be set together', 'mirrors');
  if (route.has('mirror')) checkDestination(route.get('mirror'));
  const deprecated = ['mirrorPercent', 'mirror_percent'].find((name) => route.has(name));
  if (deprecated !== undefined) {
    const percent = route.get(deprecated);
    percent.warn('it is deprecated: use mirrorPercentage');
    if (percent.number > 100) percent.error('it must be 100 at the most');
  }
  const percentage = route.get('mirrorPercentage', 'value');
  if (percentage.number > 100 || percentage.number < 0) percentage.error('it must be between 0 and 100');
  for (const mirror of route.items('mirrors')) {
    if (mirror.has('destination')) checkDestination(mirror.get('destination'));
    else mirror.error('the mirror has no destination');
    const share = mirror.get('percentage', 'value');
    if (share.number > 100 || share.number < 0) share.error('it must be between 0 and 100');
  }
}

function checkRedirect(route: Spot): void {
  const redirect = route.get('redirect');
  if (!redirect.isSet) return;
  const problem = redirectProblem(route, redirect);
  if (problem !== undefined) redirect.error(problem);
}

function redirectProblem(route: Spot, redirect: Spot): string | undefined {
  const has = (name: string): boolean => redirect.get(name).text !== '' || redirect.get(name).number !== 0;
  if (has('uri') && has('prefixRewrite')) return 'uri and prefixRewrite can not be set together';
  const prefixes = route.items('match').filter((match) => match.has('uri'));
  if (has('prefixRewrite') && prefixes.some((match) => !match.has('uri', 'prefix')))
    return 'prefixRewrite needs matches of a prefix';
  if (!['uri', 'prefixRewrite', 'authority', 'port', 'derivePort', 'scheme'].some(has))
    return 'the redirect changes nothing: it needs one of uri, authority, port, scheme';
  const code = redirect.get('redirectCode').number;
  if (code !== 0 && (code < 300 || code > 399)) return `${code} is no code of a redirect (300 to 399)`;
  const scheme = redirect.get('scheme').text;
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https')
    return `the scheme "${scheme}" is neither http nor https`;
  const port = redirect.get('port');
  if (port.isSet) checkPort(port);
  return undefined;
}

function checkDirectResponse(response: Spot): void {
  if (!response.isSet) return;
  const body = response.get('body');
  const size = Math.max(body.get('string').text.length, Math.floor((body.get('bytes').text.length * 3) / 4));
  if (size > LARGEST_BODY) body.error('the body is larger than 1 MiB');
  else if (size > LARGE_BODY) body.warn('the body is larger than 100 KiB: every proxy holds it in memory');
  const status = response.get('status');
  if (status.number < 200 || status.number > 599)
    status.error(`${status.number} is no status from 200 to 599`);
}

function checkRewrite(rewrite: Spot): void {
  if (!rewrite.isSet) return;
  const regex = rewrite.get('uriRegexRewrite');
  const hasUri = rewrite.get('uri').text !== '';
  if (hasUri && regex.isSet)
    rewrite.error('uri and uriRegexRewrite can not be set together', 'uriRegexRewrite');
  if (!hasUri && !regex.isSet && rewrite.get('authority').text === '')
    rewrite.error('the rewrite changes neither uri nor authority');
  if (!regex.isSet) return;
  if (regex.get('match').text === '' || regex.get('rewrite').text === '')
    regex.error('uriRegexRewrite needs match and rewrite');
  const problem = regexProblem(regex.get('match').text);
  if (problem !== undefined) regex.error(`it is no regular expression of RE2: ${problem}`, 'match');
}
