import type { Spot } from '../spot.ts';
import { isNameLabel } from './names.ts';

const NOBODY = '~';

/** `exportTo` of a resource in a namespace (analyzers, section 4.1, rules 1 to 5). */
export function checkExportTo(spec: Spot, namespace: string, allowsNobody = false): void {
  const exportTo = spec.get('exportTo');
  const words = exportTo.texts;
  const seen = new Set<string>();
  for (const [index, word] of words.entries()) {
    if (seen.has(word)) exportTo.error(`"${word}" is listed twice`, index);
    seen.add(word);
    if (word === NOBODY && !allowsNobody) exportTo.error('"~" is for ServiceEntries only', index);
    else if (word !== '.' && word !== '*' && word !== NOBODY && !isNameLabel(word))
      exportTo.error(`"${word}" is neither ".", "*" nor the name of a namespace`, index);
  }
  if (seen.has('.') && seen.has(namespace) && namespace !== '')
    exportTo.error(`"." and "${namespace}" are the same namespace`);
  if (seen.has('*') && seen.size > 1) exportTo.error('"*" means all namespaces: nothing can stand beside it');
  if (seen.has(NOBODY) && seen.size > 1 && allowsNobody)
    exportTo.error('"~" means no namespace: nothing can stand beside it');
}

/** `matchLabels` of a selector (rules 7 to 9). `text` says what a selector without labels means. */
export function checkMatchLabels(selector: Spot): void {
  if (!selector.isSet) return;
  checkLabelPatterns(selector.get('matchLabels'));
  if (selector.entries('matchLabels').length === 0)
    selector.warn('the selector has no labels: it selects all workloads of the namespace');
}

/** `workloadSelector.labels` (rules 10 and 11). */
export function checkWorkloadSelector(spec: Spot, what: string): void {
  const selector = spec.get('workloadSelector');
  if (!selector.isSet) return;
  const wrong = checkLabelPatterns(selector.get('labels'));
  if (!wrong && selector.entries('labels').length === 0)
    selector.warn(`the workloadSelector has no labels: the ${what} applies to the whole namespace`);
}

function checkLabelPatterns(labels: Spot): boolean {
  let wrong = false;
  for (const [key, value] of labels.entries()) {
    const problem =
      key === ''
        ? 'a label has an empty key'
        : key.includes('*') || value.text.includes('*')
          ? 'wildcards are not supported in selectors'
          : undefined;
    if (problem !== undefined) value.error(problem);
    wrong ||= problem !== undefined;
  }
  return wrong;
}

const TARGETS: ReadonlySet<string> = new Set([
  '/Service',
  'core/Service',
  'networking.istio.io/ServiceEntry',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/GatewayClass',
]);

/** Selector and target references of a policy: one of them, and what they may name (rules 12 to 15). */
export function checkTargets(spec: Spot): void {
  const selector = spec.get('selector');
  checkMatchLabels(selector);
  const given = ['selector', 'targetRef', 'targetRefs'].filter((name) => spec.has(name));
  if (given.length > 1) spec.error(`only one of ${given.join(' and ')} can be set`, given[1] ?? '');
  const single = spec.has('targetRef') ? [spec.get('targetRef')] : [];
  for (const target of [...single, ...spec.items('targetRefs')]) {
    if (target.get('name').text === '') target.error('the target has no name');
    if (target.get('namespace').text !== '')
      target.error('a target in another namespace is not supported', 'namespace');
    const kind = `${target.get('group').text}/${target.get('kind').text}`;
    if (!TARGETS.has(kind)) target.error(`a target of kind ${kind} is not supported`, 'kind');
  }
}
