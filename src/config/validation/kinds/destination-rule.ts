import { checkLabels, checkNameLabel } from '../parts/fields.ts';
import { isWildcardDomain } from '../parts/names.ts';
import { checkExportTo, checkMatchLabels } from '../parts/scope.ts';
import { checkTrafficPolicy } from '../parts/traffic-policy.ts';
import type { Spot } from '../spot.ts';

/** A DestinationRule (analyzers, section 4.3). */
export function checkDestinationRule(spec: Spot, namespace: string): void {
  const host = spec.get('host');
  if (!isWildcardDomain(host.text)) host.error(`"${host.text}" is no host name`);
  checkTrafficPolicy(spec.get('trafficPolicy'), namespace);
  const names = new Set<string>();
  for (const subset of spec.items('subsets')) {
    const name = subset.get('name');
    if (name.text === '') subset.error('the subset has no name');
    else checkNameLabel(name, 'name of a subset');
    if (names.has(name.text) && name.text !== '') name.error(`the subset "${name.text}" is defined twice`);
    names.add(name.text);
    checkLabels(subset.get('labels'));
    checkTrafficPolicy(subset.get('trafficPolicy'), namespace);
  }
  checkExportTo(spec, namespace);
  checkMatchLabels(spec.get('workloadSelector'));
  if (spec.has('workloadSelector')) checkOwnNamespaceOnly(spec.get('exportTo'), namespace);
}

/** A rule for chosen workloads can be seen in its own namespace only (section 4.1, rule 6). */
function checkOwnNamespaceOnly(exportTo: Spot, namespace: string): void {
  const words = exportTo.texts;
  if (words.length === 0) return;
  if (words.length > 1)
    exportTo.error('with a workloadSelector it can be exported to one namespace only, its own');
  else if (words[0] !== '.' && words[0] !== namespace)
    exportTo.error('with a workloadSelector it can not be exported beyond its own namespace');
}
