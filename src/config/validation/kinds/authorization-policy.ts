import { isAddressOrRange } from '../parts/names.ts';
import { checkTargets } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';
import { checkCondition } from './authorization-condition.ts';
import { checkServiceAccounts, checkTrustDomains } from './authorization-source.ts';
import { checkPathTemplate } from './path-template.ts';

const SOURCE_LISTS = [
  'principals',
  'requestPrincipals',
  'namespaces',
  'serviceAccounts',
  'ipBlocks',
  'remoteIpBlocks',
  'trustDomains',
] as const;
const OPERATION_LISTS = ['hosts', 'ports', 'methods', 'paths'] as const;
/** Sources that a provider of CUSTOM policies is not told. */
const IDENTITY = [
  'namespaces',
  'serviceAccounts',
  'trustDomains',
  'principals',
  'requestPrincipals',
] as const;
const IDENTITY_KEYS = /^(source\.(namespace|serviceAccount|trustDomain|principal)$|request\.auth\.)/;

/** A list field and the one that excludes. */
function bothWays(name: string): readonly [string, string] {
  return [name, `not${name[0]?.toUpperCase()}${name.slice(1)}`];
}

/** An AuthorizationPolicy (analyzers, section 4.10). */
export function checkAuthorizationPolicy(spec: Spot): void {
  checkTargets(spec);
  const action = spec.get('action').text || 'ALLOW';
  const rules = spec.items('rules');
  checkAction(spec, action, rules);
  for (const rule of rules) checkRule(rule);
  if (action === 'DENY')
    for (const rule of rules)
      if (deniesAllTcp(rule))
        rule.warn(
          'a DENY rule with HTTP fields only also denies all TCP traffic, which has none of them: add the ports',
        );
}

function checkAction(spec: Spot, action: string, rules: readonly Spot[]): void {
  if (action !== 'CUSTOM') {
    if (spec.has('provider'))
      spec.error(`a provider is for the action CUSTOM only, not for ${action}`, 'provider');
    if (action === 'DENY' && rules.length === 0)
      spec.error('a DENY policy without rules denies nothing', 'rules');
    return;
  }
  if (rules.length === 0) spec.error('a CUSTOM policy without rules asks nobody', 'rules');
  else if (spec.get('provider', 'name').text === '')
    spec.error('a CUSTOM policy needs provider.name', 'provider');
  for (const rule of rules) {
    for (const from of rule.items('from'))
      for (const name of IDENTITY.flatMap(bothWays))
        if (from.has('source', name))
          from.get('source').error(`${name} is not supported in a CUSTOM policy`, name);
    for (const when of rule.items('when'))
      if (IDENTITY_KEYS.test(when.get('key').text))
        when.error(`${when.get('key').text} is not supported in a CUSTOM policy`, 'key');
  }
}

function checkRule(rule: Spot): void {
  for (const from of rule.items('from')) checkSource(from);
  for (const to of rule.items('to')) checkOperation(to);
  for (const when of rule.items('when')) checkCondition(when);
}

function checkSource(from: Spot): void {
  const source = from.get('source');
  if (source.value === undefined || source.value === null) {
    from.error('the entry of from has no source');
    return;
  }
  const names = SOURCE_LISTS.flatMap(bothWays);
  if (!names.some((name) => source.has(name))) source.error('the source says nothing');
  const accounts = bothWays('serviceAccounts').some((name) => source.has(name));
  if (accounts && [...bothWays('principals'), ...bothWays('namespaces')].some((name) => source.has(name)))
    source.error('serviceAccounts can not be set together with principals or namespaces', 'serviceAccounts');
  for (const name of [...bothWays('ipBlocks'), ...bothWays('remoteIpBlocks')]) {
    const list = source.get(name);
    list.texts.forEach((block, index) => {
      if (!isAddressOrRange(block))
        list.error(`"${block}" is neither an address nor a range of addresses`, index);
    });
  }
  checkNoEmptyText(source, names);
  for (const name of bothWays('serviceAccounts')) checkServiceAccounts(source.get(name));
  for (const name of bothWays('trustDomains')) checkTrustDomains(source.get(name));
}

function checkOperation(to: Spot): void {
  const operation = to.get('operation');
  if (operation.value === undefined || operation.value === null) {
    to.error('the entry of to has no operation');
    return;
  }
  const names = OPERATION_LISTS.flatMap(bothWays);
  if (!names.some((name) => operation.has(name))) operation.error('the operation says nothing');
  for (const name of bothWays('ports')) {
    const list = operation.get(name);
    list.texts.forEach((port, index) => {
      if (!/^\d+$/.test(port) || Number(port) > 65535) list.error(`"${port}" is no port number`, index);
    });
  }
  checkNoEmptyText(operation, names);
  for (const name of bothWays('paths')) checkPathTemplate(operation.get(name));
}

function checkNoEmptyText(spot: Spot, names: readonly string[]): void {
  for (const name of names) {
    const list = spot.get(name);
    list.texts.forEach((text, index) => {
      if (text === '') list.error('an empty text matches nothing', index);
    });
  }
}

/** Whether a DENY rule has HTTP fields alone, which are dropped for TCP: the rest then denies everything. */
function deniesAllTcp(rule: Spot): boolean {
  const [from, to] = [rule.items('from'), rule.items('to')];
  const isHttpSource = (entry: Spot): boolean => {
    const given = SOURCE_LISTS.flatMap(bothWays).filter((name) => entry.has('source', name));
    return given.length > 0 && given.every((name) => /requestPrincipals/i.test(name));
  };
  const isHttpOperation = (entry: Spot): boolean =>
    !bothWays('ports').some((name) => entry.has('operation', name));
  return (to.length === 0 && from.some(isHttpSource)) || to.some(isHttpOperation);
}
