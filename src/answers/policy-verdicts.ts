import type { KubeObject } from '../kube/object.ts';
import { asArray, asObjects, asString, field } from '../util/json.ts';
import type { PolicyVerdict } from './ztunnel-policies.ts';

/**
 * What istiod says of each AuthorizationPolicy that ztunnels should enforce (those without a target are theirs): its
 * condition `ZtunnelAccepted` is True even where rules were left out, and then only the reason tells.
 */
export function policyVerdicts(policies: readonly KubeObject[]): PolicyVerdict[] {
  return policies.filter((policy) => !hasTarget(policy)).map(verdict);
}

function hasTarget(policy: KubeObject): boolean {
  return (
    field(policy, 'spec', 'targetRef') !== undefined ||
    asArray(field(policy, 'spec', 'targetRefs')).length > 0
  );
}

function verdict(policy: KubeObject): PolicyVerdict {
  const { namespace = '', name } = policy.metadata;
  const action = asString(field(policy, 'spec', 'action')) ?? 'ALLOW';
  if (action === 'AUDIT' || action === 'CUSTOM') {
    return { namespace, name, action, refused: `ztunnel knows no action ${action}` };
  }
  const condition = asObjects(field(policy, 'status', 'conditions')).find(
    (one) => one['type'] === 'ZtunnelAccepted',
  );
  const message = asString(condition?.['message']) ?? '';
  if (condition?.['status'] === 'False') return { namespace, name, action, refused: message };
  if (condition?.['reason'] !== 'UnsupportedValue') return { namespace, name, action };
  return { namespace, name, action, dropped: droppedText(message) };
}

/** istiod's message names what ztunnel can't check, and whether anything is left to enforce. */
function droppedText(message: string): string {
  const found = /HTTP attributes \(found: ([^)]*)\)/.exec(message)?.[1];
  if (found === undefined) return message;
  const effect = message.includes('will have no effect')
    ? 'nothing is left to enforce, it denies nothing'
    : '';
  return [`left out: rules with HTTP conditions (${found}), which only a waypoint can check`, effect]
    .filter((part) => part !== '')
    .join('; ');
}
