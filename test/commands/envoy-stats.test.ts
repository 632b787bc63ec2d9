import { describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

const SHOP = '--from fixtures/meshes/shop';
const SEARCH = 'deploy/search-v1.shop';

describe('envoy-stats', () => {
  it('says what looks wrong before the numbers', async () => {
    const { stdout } = await run(`envoy-stats ${SEARCH} ${SHOP}`);
    const [verdict, finding] = stdout.split('\n');
    expect(verdict).toBe('✖ 1 of 214 statistics need a look (gets configuration, live, up for 521 s)');
    expect(finding).toContain('it refused configuration from istiod: listener_manager.lds.update_rejected 5');
    expect(stdout).toContain('what is not listed is unknown, not 0');
  });

  it('lists what is not 0, everything with --all, and what a pattern picks', async () => {
    const rows = async (more: string): Promise<number> =>
      (await run(`envoy-stats ${SEARCH} ${more} ${SHOP}`)).stdout.split('\n').length;
    expect(await rows('--all')).toBeGreaterThan(await rows(''));
    const { stdout } = await run(`envoy-stats ${SEARCH} --filter ^listener_manager ${SHOP}`);
    expect(stdout).not.toMatch(/^server\./m);
    expect(stdout).toMatch(/^listener_manager\.lds\.update_rejected +5$/m);
  });

  it('shows the clusters with failures first, ejected endpoints counted', async () => {
    const { stdout } = await run(`es deploy/edge-gateway.edge -t clusters ${SHOP}`);
    expect(stdout.split('\n')[0]).toBe('✖ 1 of 31 clusters had failures, 1 endpoints are ejected now');
    expect(stdout).toMatch(/^✖ catalog\.shop\.svc\.cluster\.local:80 +1 of 2 \(1 ejected\) +30 +0 +14/m);
  });

  it("keeps the reference's JSON; of several proxies one document", async () => {
    const one = await run(`envoy-stats ${SEARCH} -o json ${SHOP}`);
    expect(JSON.parse(one.stdout).stats).toContainEqual({
      name: 'listener_manager.lds.update_rejected',
      value: 5,
    });
    const several = await run(`envoy-stats -l app=storefront -t clusters -o json ${SHOP}`);
    const documents = JSON.parse(several.stdout);
    expect(Object.keys(documents)).toHaveLength(2);
    expect(Object.values(documents)[0]).toHaveProperty('cluster_statuses');
  });

  it("prints Prometheus' text, whole families at a time", async () => {
    const { stdout } = await run(`envoy-stats ${SEARCH} -o prom --filter lds_update_rejected ${SHOP}`);
    expect(stdout).toBe(
      '# TYPE envoy_listener_manager_lds_update_rejected counter\nenvoy_listener_manager_lds_update_rejected{} 5\n',
    );
  });

  it('reads the Prometheus page where a recording holds that alone', async () => {
    const { stdout } = await run('envoy-stats deploy/clinic-waypoint.clinic --from fixtures/meshes/ambient');
    expect(stdout.split('\n')[0]).toMatch(/^✖ \d of \d+ statistics need a look/);
    expect(stdout).toContain('envoy_listener_manager_lds_update_rejected{}');
  });

  it('says what a recording can not tell', async () => {
    const merged = await run(`envoy-stats ${SEARCH} -o prom-merged ${SHOP}`);
    expect(merged.exitCode).toBe(66);
    expect(merged.stderr).toContain("a recording holds Envoy's own alone");
    const text = await run(
      'x envoy-stats deploy/clinic-waypoint.clinic --compat --from fixtures/meshes/ambient',
    );
    expect(text.exitCode).toBe(66);
  });

  it.each(['envoy-stats', `envoy-stats ${SEARCH} -t server,clusters`, `envoy-stats ${SEARCH} --filter (`])(
    '%s is a usage error',
    async (line) => {
      expect((await run(`${line} ${SHOP}`)).exitCode).toBe(64);
    },
  );
});
