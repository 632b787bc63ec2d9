import type { KubeObject } from '../kube/object.ts';
import { ruleHost } from './destination-rule.ts';
import { isWildcard, matchesHost } from './host.ts';

/** DestinationRules by their host, so that those for one service are found without looking at all of them. */
export class RulesByHost {
  readonly #exact = new Map<string, KubeObject[]>();
  readonly #wildcards: { readonly host: string; readonly rule: KubeObject }[] = [];

  constructor(rules: readonly KubeObject[]) {
    for (const rule of rules) {
      const host = ruleHost(rule);
      if (isWildcard(host)) this.#wildcards.push({ host, rule });
      else this.#exact.set(host, [...(this.#exact.get(host) ?? []), rule]);
    }
  }

  /** Every rule whose host takes in `host`, of all namespaces. */
  for(host: string): readonly KubeObject[] {
    const wide = this.#wildcards.filter((one) => matchesHost(one.host, host)).map(({ rule }) => rule);
    return [...(this.#exact.get(host) ?? []), ...wide];
  }
}
