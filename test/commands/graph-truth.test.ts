import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GraphAnswer } from '../../src/answers/graph/graph-answer.ts';
import { ROOT, run } from '../helpers/run.ts';

const PROXIES = join(ROOT, 'fixtures/meshes/shop/clusters/demo/proxies');

/** The configuration of each recorded proxy, by its name. */
const dumps = new Map<string, string>(
  readdirSync(PROXIES).flatMap((namespace) =>
    readdirSync(join(PROXIES, namespace)).flatMap((pod) => {
      const file = join(PROXIES, namespace, pod, 'config_dump.json');
      try {
        return [[`${pod}.${namespace}`, readFileSync(file, 'utf8')] as const];
      } catch {
        return [];
      }
    }),
  ),
);

/** What the configuration of a proxy says of an object when the object is part of it. */
const MARKS: Readonly<Record<string, (namespace: string, name: string) => string>> = {
  Service: (namespace, name) => `|${name}.${namespace}.svc.cluster.local"`,
  VirtualService: (namespace, name) => `/namespaces/${namespace}/virtual-service/${name}"`,
  DestinationRule: (namespace, name) => `/namespaces/${namespace}/destination-rule/${name}"`,
  AuthorizationPolicy: (namespace, name) => `ns[${namespace}]-policy[${name}]`,
};
/** Objects that tell nothing here, each with its reason. */
const EXCEPT: Readonly<Record<string, string>> = {
  'VirtualService shop/recommender-v2': 'the routes of a delegate bear the name of the one that delegates',
};
/** Proxies that had not been given their newest configuration when they were recorded, and what they lack. */
const STALE: Readonly<Record<string, readonly string[]>> = {
  'sessions-v1-6874b7b959-jhzmt.shop': ['DestinationRule shop/wishlist', 'VirtualService shop/wishlist'],
};

describe('the proxies that a change affects', () => {
  it('are those whose own configuration holds the object', async () => {
    const all = JSON.parse((await run('graph --from demo -o json')).stdout) as GraphAnswer;
    let compared = 0;
    for (const { id, kind, namespace = '', name } of all.nodes) {
      const mark = MARKS[kind]?.(namespace, name);
      if (mark === undefined || EXCEPT[id] !== undefined) continue;
      const { stdout } = await run(`graph --from demo --impact ${kind}/${name}.${namespace} -o json`);
      const { impact } = JSON.parse(stdout) as GraphAnswer;
      const said = (impact?.proxies ?? [])
        .map(({ proxy }) => proxy)
        .filter((proxy) => dumps.has(proxy) && STALE[proxy]?.includes(id) !== true);
      const real = [...dumps].filter(([, text]) => text.includes(mark)).map(([proxy]) => proxy);
      expect.soft(said.sort(), id).toEqual(real.sort());
      compared++;
    }
    expect(compared).toBeGreaterThan(25);
  });
});
