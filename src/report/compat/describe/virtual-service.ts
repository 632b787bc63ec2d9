import type { KubeObject } from '../../../kube/object.ts';
import { asNumber, asObject, asObjects, asString, field, type JsonObject } from '../../../util/json.ts';
import { faultText, matchText } from './match-text.ts';
import { shortName } from './names.ts';

/** What the lines of a VirtualService are judged with. */
export interface VirtualServiceView {
  readonly service: KubeObject;
  readonly matching: readonly string[];
  readonly others: readonly string[];
  readonly rule: KubeObject | undefined;
  readonly namespace: string;
}

interface RouteFindings {
  readonly isMatch: boolean;
  readonly facts: readonly string[];
}

/** The reference's lines of a VirtualService. */
export function virtualServiceLines(
  object: KubeObject,
  view: VirtualServiceView,
  indent: string,
): readonly string[] {
  const of = (key: string): readonly JsonObject[] => asObjects(field(object, 'spec', key));
  const http = of('http');
  const tcp = of('tcp');
  const found = [
    ...http.map((route) => httpFindings(object, route, view)),
    ...tcp.map((route) => tcpFindings(object, route, view)),
  ];
  const matches = found.filter(({ isMatch }) => isMatch);
  const facts = matches.flatMap((one) => one.facts);
  const notes = found.filter(({ isMatch }) => !isMatch).flatMap((one) => one.facts);
  const lines = [
    `VirtualService: ${shortName(object, view.namespace)}`,
    ...facts.map((fact) => `   ${fact}`),
  ];
  const possible = http.length + of('tls').length + tcp.length;
  if (matches.length === 0) {
    for (const [word, routes] of [
      ['HTTP', http],
      ['TCP', tcp],
    ] as const) {
      if (routes.length === 0) continue;
      lines.push(`   WARNING: No destinations match pod subsets (checked ${routes.length} ${word} routes)`);
    }
    lines.push(...notes.map((note) => `      ${note}`));
  } else if (matches.length < possible) {
    lines.push(`   ${possible - matches.length} additional destination(s) that will not reach this pod`);
    if (facts.length === 0) lines.push(...notes.map((note) => `      ${note}`));
  } else if (facts.length === 0) {
    if (http.length > 0) lines.push(`   ${http.length} HTTP route(s)`);
    if (tcp.length > 0) lines.push(`   ${tcp.length} TCP route(s)`);
  }
  return lines.map((line) => indent + line);
}

function httpFindings(object: KubeObject, route: JsonObject, view: VirtualServiceView): RouteFindings {
  const facts: string[] = [];
  const mismatches: string[] = [];
  let isMatch = false;
  for (const one of asObjects(route['route'])) {
    const target = destinationOf(one);
    if (!isService(target.host, object, view.service)) {
      facts.push(
        target.subset === ''
          ? `Route to host "${target.host}" with weight ${target.weight}%`
          : `Route to ${target.host} with invalid config`,
      );
      continue;
    }
    const mismatch = target.subset === '' ? undefined : subsetMismatch(target.subset, route, view);
    if (mismatch !== undefined) {
      mismatches.push(mismatch);
      continue;
    }
    isMatch = true;
    if (target.weight > 0) {
      const subset = target.subset === '' ? '' : ` subset "${target.subset}"`;
      facts.push(`Route to host "${target.host}"${subset} with weight ${target.weight}%`);
    }
  }
  if (!isMatch) return { isMatch, facts: [...facts, ...mismatches] };
  const fault = asObject(route['fault']);
  const conditions = asObjects(route['match']).map(matchText);
  const all = [...(fault === undefined ? [] : [`Fault injection ${faultText(fault)}`]), ...conditions];
  return { isMatch, facts: all.length === 0 ? facts : [...facts, all.join(', ')] };
}

function subsetMismatch(subset: string, route: JsonObject, view: VirtualServiceView): string | undefined {
  if (view.others.includes(subset)) {
    const matches = asObjects(route['match']);
    const text = matches.length === 0 ? 'everything' : matches.map(matchText).join(', ');
    return `Route to non-matching subset ${subset} for (${text})`;
  }
  if (view.matching.includes(subset)) return undefined;
  return view.rule === undefined
    ? `Warning: Route to subset ${subset} but NO DESTINATION RULE defining subsets!`
    : `Warning: Route to UNKNOWN subset ${subset}; check DestinationRule ${shortName(view.rule, view.namespace)}`;
}

function tcpFindings(object: KubeObject, route: JsonObject, view: VirtualServiceView): RouteFindings {
  const isMatch = asObjects(route['route']).some((one) =>
    isService(destinationOf(one).host, object, view.service),
  );
  const ports = asObjects(route['match']).flatMap((one) => asNumber(one['port']) ?? []);
  return { isMatch, facts: isMatch ? ports.map((port) => `port:${port}`) : [] };
}

function destinationOf(entry: JsonObject): { host: string; subset: string; weight: number } {
  return {
    host: asString(field(entry, 'destination', 'host')) ?? '',
    subset: asString(field(entry, 'destination', 'subset')) ?? '',
    weight: asNumber(entry['weight']) ?? 0,
  };
}

const SUFFIX = '.svc.cluster.local';

/** The reference puts the domain behind every name that lacks it. */
function isService(host: string, object: KubeObject, service: KubeObject): boolean {
  const name = host.includes('.') ? host : `${host}.${object.metadata.namespace ?? ''}`;
  const full = name.startsWith('*') || name.endsWith(SUFFIX) ? name : name + SUFFIX;
  return full === `${service.metadata.name}.${service.metadata.namespace ?? ''}${SUFFIX}`;
}
