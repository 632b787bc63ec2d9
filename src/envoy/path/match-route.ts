import { asNumber, asObject, asObjects, asString, field, type JsonObject } from '../../util/json.ts';
import { pathMatchOf } from '../route.ts';
import { barePath, headerValue, type PathRequest } from './request.ts';

/** Whether a route takes a request; `unknown` when it goes by something that a dump can't tell. */
export type RouteVerdict = 'yes' | 'no' | 'unknown';

/** Judges one route's match against a request. Routes are to be tried in order: the first `yes` is Envoy's choice. */
export function matchRoute(match: JsonObject, request: PathRequest): RouteVerdict {
  const verdicts = [
    pathVerdict(match, request),
    ...asObjects(match['headers']).map((header) => headerVerdict(header, request)),
    ...asObjects(match['query_parameters']).map((query) => queryVerdict(query, request)),
    grpcVerdict(match, request),
    asObjects(match['dynamic_metadata']).length > 0 ? 'unknown' : 'yes',
    asObject(match['tls_context']) === undefined ? 'yes' : 'unknown',
    fractionVerdict(match),
  ];
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

function pathVerdict(match: JsonObject, request: PathRequest): RouteVerdict {
  const path = pathMatchOf(match);
  const fold = (text: string): string => (match['case_sensitive'] === false ? text.toLowerCase() : text);
  const actual = fold(barePath(request));
  switch (path.kind) {
    case 'prefix':
      return says(fold(request.path).startsWith(fold(path.value)));
    case 'path':
      return says(actual === fold(path.value));
    case 'path-prefix':
      return says(actual === fold(path.value) || actual.startsWith(`${fold(path.value)}/`));
    case 'regex':
      return regexVerdict(path.value, barePath(request));
    case 'connect':
      return says(request.method === 'CONNECT');
    case 'template':
      return 'unknown';
    case 'any':
      return 'no';
  }
}

/** Whether a header matcher takes the request. */
export function headerVerdict(header: JsonObject, request: PathRequest): RouteVerdict {
  const sent = headerValue(request, asString(header['name']) ?? '');
  const value = sent ?? (header['treat_missing_header_as_empty'] === true ? '' : undefined);
  const invert = header['invert_match'] === true;
  const test = testOf(header);
  if (test === undefined) {
    const wantsPresent = header['present_match'] !== false;
    return says((value !== undefined) === (wantsPresent !== invert));
  }
  // A header that is not sent matches no value; an inverted match then holds.
  const verdict = value === undefined ? 'no' : test(value);
  if (verdict === 'unknown' || !invert) return verdict;
  return says(verdict === 'no');
}

function testOf(header: JsonObject): ((value: string) => RouteVerdict) | undefined {
  const modern = asObject(header['string_match']);
  if (modern !== undefined) return (value) => stringVerdict(modern, value);
  const range = asObject(header['range_match']);
  if (range !== undefined) {
    const [start, end] = [Number(range['start'] ?? 0), Number(range['end'] ?? 0)];
    return (value) => says(/^-?\d+$/.test(value) && Number(value) >= start && Number(value) < end);
  }
  const legacy = {
    exact: header['exact_match'],
    prefix: header['prefix_match'],
    suffix: header['suffix_match'],
    contains: header['contains_match'],
    safe_regex: header['safe_regex_match'],
  };
  const given = Object.values(legacy).some((part) => part !== undefined);
  return given ? (value) => stringVerdict(legacy, value) : undefined;
}

function queryVerdict(query: JsonObject, request: PathRequest): RouteVerdict {
  const name = asString(query['name']) ?? '';
  const at = request.path.indexOf('?');
  const value = at < 0 ? null : new URLSearchParams(request.path.slice(at + 1)).get(name);
  const test = asObject(query['string_match']);
  if (value === null) return says(query['present_match'] === false);
  return test === undefined ? says(query['present_match'] !== false) : stringVerdict(test, value);
}

/** Whether a string matcher takes the value. */
export function stringVerdict(test: JsonObject, value: string): RouteVerdict {
  const fold = (text: string): string => (test['ignore_case'] === true ? text.toLowerCase() : text);
  const actual = fold(value);
  const exact = asString(test['exact']);
  if (exact !== undefined) return says(actual === fold(exact));
  const prefix = asString(test['prefix']);
  if (prefix !== undefined) return says(actual.startsWith(fold(prefix)));
  const suffix = asString(test['suffix']);
  if (suffix !== undefined) return says(actual.endsWith(fold(suffix)));
  const contains = asString(test['contains']);
  if (contains !== undefined) return says(actual.includes(fold(contains)));
  const regex = asString(field(test['safe_regex'], 'regex'));
  return regex === undefined ? 'unknown' : regexVerdict(regex, value);
}

function grpcVerdict(match: JsonObject, request: PathRequest): RouteVerdict {
  if (asObject(match['grpc']) === undefined) return 'yes';
  return says(headerValue(request, 'content-type')?.startsWith('application/grpc') ?? false);
}

function fractionVerdict(match: JsonObject): RouteVerdict {
  const fraction = asObject(field(match, 'runtime_fraction', 'default_value'));
  if (fraction === undefined) return 'yes';
  const numerator = asNumber(fraction['numerator']) ?? 0;
  if (numerator === 0) return 'no';
  const full = FULL[asString(fraction['denominator']) ?? 'HUNDRED'] ?? 100;
  return numerator >= full ? 'yes' : 'unknown';
}

const FULL: Readonly<Record<string, number>> = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 };

/** Longer patterns, and those that could take for ever here (RE2 never does), are not tried. */
const LONGEST_PATTERN = 1000;
const NESTED_REPEAT = /[+*}]\)*[+*{]|\([^)]*[+*|][^)]*\)[+*{]/;

/** Envoy matches whole values by RE2; the common part of its syntax with ours is tried. */
function regexVerdict(pattern: string, value: string): RouteVerdict {
  const ignoreCase = pattern.startsWith('(?i)');
  const body = ignoreCase ? pattern.slice(4) : pattern;
  if (body.length > LONGEST_PATTERN || NESTED_REPEAT.test(body)) return 'unknown';
  try {
    return says(new RegExp(`^(?:${body})$`, ignoreCase ? 'i' : '').test(value));
  } catch {
    return 'unknown';
  }
}

function says(fact: boolean): RouteVerdict {
  return fact ? 'yes' : 'no';
}
