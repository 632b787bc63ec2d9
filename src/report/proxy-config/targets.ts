import { clusterTitle } from '../../envoy/cluster-name.ts';
import type { WeightedTarget } from '../../envoy/listener.ts';

/** The clusters of an action: one by its title, several with their share: `90% catalog…:80 subset v1, 10% …`. */
export function targetsText(targets: readonly WeightedTarget[]): string {
  const [only] = targets;
  if (only === undefined) return 'no cluster';
  if (targets.length === 1) return clusterTitle(only.cluster);
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  return targets
    .map(
      ({ cluster, weight }) =>
        `${total === 0 ? 0 : Math.round((weight / total) * 1000) / 10}% ${clusterTitle(cluster)}`,
    )
    .join(', ');
}
