import type { KubeObject } from '../../../kube/object.ts';
import { asArray, asNumber, asObject, asString, field, type JsonObject } from '../../../util/json.ts';
import { subsetNames } from './dump-objects.ts';
import { shortName } from './names.ts';

/** The reference's lines of a DestinationRule. */
export function ruleLines(
  rule: KubeObject,
  podLabels: readonly Readonly<Record<string, string>>[],
  namespace: string,
  indent: string,
): readonly string[] {
  const host = asString(field(rule, 'spec', 'host')) ?? '';
  const { matching, others } = subsetNames(rule, podLabels);
  const lines = [`DestinationRule: ${shortName(rule, namespace)} for ${JSON.stringify(host)}`];
  if (matching.length + others.length > 0) {
    if (matching.length === 0) {
      lines.push(`   WARNING POD DOES NOT MATCH ANY SUBSETS.  (Non matching subsets ${others.join(',')})`);
    }
    lines.push(`   Matching subsets: ${matching.join(',')}`);
    if (others.length > 0) lines.push(`      (Non-matching subsets ${others.join(',')})`);
  }
  const policy = asObject(field(rule, 'spec', 'trafficPolicy'));
  return [
    ...lines.map((line) => indent + line),
    ...(policy === undefined ? [`${indent}   No Traffic Policy`] : policyLines(policy, indent)),
  ];
}

function policyLines(policy: JsonObject, indent: string): string[] {
  const lines: string[] = [];
  if (asObject(policy['tls']) !== undefined)
    lines.push(`${indent}   Traffic Policy TLS Mode: ${tlsMode(policy)}`);
  lines.push(...shortPolicies(policy).map((text) => `${indent}   ${text}`));
  if (!Array.isArray(policy['portLevelSettings'])) return lines;
  lines.push(`${indent}   Port Level Settings:`);
  for (const setting of asArray(policy['portLevelSettings'])) {
    const own = asObject(setting) ?? {};
    // This one line the reference indents by itself.
    lines.push(`    ${asNumber(field(own, 'port', 'number')) ?? 0}:`);
    if (asObject(own['tls']) !== undefined) lines.push(`${indent}      TLS Mode: ${tlsMode(own)}`);
    lines.push(...shortPolicies(own).map((text) => `${indent}      ${text}`));
  }
  return lines;
}

function tlsMode(policy: JsonObject): string {
  return asString(field(policy, 'tls', 'mode')) ?? 'DISABLE';
}

function shortPolicies(policy: JsonObject): string[] {
  const names = [
    policy['loadBalancer'] === undefined ? undefined : 'load balancer',
    policy['connectionPool'] === undefined ? undefined : 'connection pool',
    policy['outlierDetection'] === undefined ? undefined : 'outlier detection',
  ].filter((name) => name !== undefined);
  return names.length === 0 ? [] : [`Policies: ${names.join('/')}`];
}
