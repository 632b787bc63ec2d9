import { describe, expect, it } from 'vitest';
import { ConfigDump, openConfigDump } from '../../../src/envoy/dump.ts';
import { clusterEntries, ecdsEntries, listenerEntries } from '../../../src/envoy/entry.ts';
import { MeshscopeError } from '../../../src/util/errors.ts';

const type = (name: string) => `type.googleapis.com/envoy.admin.v3.${name}ConfigDump`;
const cluster = (name: string) => ({ cluster: { name } });
const open = (...configs: unknown[]) => ConfigDump.open({ configs }, 'test.json');

describe('sections', () => {
  it('lets the last of repeated sections win', () => {
    const dump = open(
      { '@type': type('Clusters'), dynamic_active_clusters: [cluster('old')] },
      { '@type': type('Clusters'), dynamic_active_clusters: [cluster('new')] },
    );
    expect(clusterEntries(dump).map(({ name }) => name)).toEqual(['new']);
  });

  it('puts a section together that a mask split over entries', () => {
    const dump = open(
      { '@type': type('Clusters'), dynamic_active_clusters: [cluster('a')] },
      { '@type': type('Clusters'), static_clusters: [cluster('b')] },
    );
    expect(clusterEntries(dump).map(({ name, state }) => [name, state])).toEqual([
      ['a', 'active'],
      ['b', 'static'],
    ]);
  });

  it('reads single resources as ?resource= prints them', () => {
    const piece = `${type('Clusters')}.DynamicCluster`;
    const dump = open({ '@type': piece, ...cluster('a') }, { '@type': piece, ...cluster('b') });
    expect(clusterEntries(dump).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('joins several ECDS sections', () => {
    const filter = (name: string) => ({ '@type': type('Ecds'), ecds_filters: [{ ecds_filter: { name } }] });
    expect(ecdsEntries(open(filter('a'), filter('b'))).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('says which section is missing in the words of the reference, with a hint', () => {
    expect(() => clusterEntries(open())).toThrow(
      'config dump has no configuration type type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    );
  });

  it('reads a camelCase dump as istiod writes it', async () => {
    const dump = await openConfigDump(
      {
        configs: [
          {
            '@type': type('Clusters'),
            dynamicActiveClusters: [
              {
                cluster: {
                  '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
                  name: 'c',
                  edsClusterConfig: { serviceName: 's' },
                },
              },
            ],
          },
        ],
      },
      'istiod',
    );
    expect(clusterEntries(dump)[0]?.message).toMatchObject({
      name: 'c',
      eds_cluster_config: { service_name: 's' },
    });
    const [outlined] = clusterEntries(dump.outlines);
    expect(outlined).toMatchObject({ name: 'c', message: { edsClusterConfig: { serviceName: 's' } } });
    expect(dump.spelling('Clusters').read(outlined?.message)).toEqual(clusterEntries(dump)[0]?.message);
  });

  it('gives a dump in Envoy’s own names as it is when outlines are asked for', () => {
    const dump = open({ '@type': type('Clusters'), dynamic_active_clusters: [cluster('a')] });
    expect(clusterEntries(dump.outlines)).toEqual(clusterEntries(dump));
    const message = { eds_cluster_config: {} };
    expect(dump.spelling('Clusters').read(message)).toBe(message);
    expect(() => listenerEntries(dump.outlines)).toThrow('envoy.admin.v3.ListenersConfigDump');
  });
});

describe('states of listeners', () => {
  it('keeps a running listener apart from the refusal of its update, and a refused one from both', () => {
    const error_state = { details: 'no such filter', failed_configuration: { name: 'b' } };
    const entries = listenerEntries(
      open({
        '@type': type('Listeners'),
        dynamic_listeners: [
          { name: 'a', active_state: { listener: { name: 'a' } }, error_state },
          { error_state },
        ],
      }),
    );
    expect(entries.map(({ name, state, rejection }) => [name, state, rejection?.details])).toEqual([
      ['a', 'active', 'no such filter'],
      ['b', 'rejected', 'no such filter'],
    ]);
  });
});

describe('what is no config_dump', () => {
  it.each([
    [{ cluster_statuses: [] }, 'endpoint --file'],
    [{ workloads: [] }, 'ztunnel-config'],
    [{ apiVersion: 'v1', kind: 'List', items: [] }, 'Kubernetes List'],
    [[{ proxy: 'x', cluster_id: 'y' }], 'istiod'],
    [null, 'empty'],
    ['text', 'plain text'],
    [{}, 'empty object'],
  ])('%j is named', (value, words) => {
    let thrown: unknown;
    try {
      ConfigDump.open(value, 'x.json');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MeshscopeError);
    const error = thrown as MeshscopeError;
    expect(error.exitCode).toBe(65);
    expect(`${error.message} ${error.hint}`).toContain(words);
  });
});
