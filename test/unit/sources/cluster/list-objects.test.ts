import { describe, expect, it } from 'vitest';
import { failureOfStatus } from '../../../../src/sources/cluster/call-failure.ts';
import { listObjects } from '../../../../src/sources/cluster/list-objects.ts';

type Page = Error | { readonly names: readonly string[]; readonly next?: string };

/** An API server that answers these pages one after the other, and the paths that it was asked for. */
function serverOf(pages: readonly Page[]): { asked: string[]; getJson(path: string): Promise<unknown> } {
  const left = [...pages];
  const asked: string[] = [];
  return {
    asked,
    getJson: async (path) => {
      asked.push(path);
      const page = left.shift();
      if (page === undefined) throw new Error('asked too often');
      if (page instanceof Error) throw page;
      return {
        apiVersion: 'v1',
        kind: 'PodList',
        metadata: { continue: page.next ?? '' },
        items: page.names.map((name) => ({ metadata: { name } })),
      };
    },
  };
}

const gone = failureOfStatus(410, '{"message": "the provided continue parameter is too old"}');
const namesOf = (list: Awaited<ReturnType<typeof listObjects>>): string[] =>
  list.objects.map(({ metadata }) => metadata.name);

describe('a list in pages', () => {
  it('is read to its end with the token of each page, selectors repeated', async () => {
    const api = serverOf([{ names: ['a'], next: 't/1' }, { names: ['b'], next: 't2' }, { names: ['c'] }]);
    const list = await listObjects(api, '/api/v1/pods', { labelSelector: 'app=istiod' });
    expect(namesOf(list)).toEqual(['a', 'b', 'c']);
    expect(api.asked).toEqual([
      '/api/v1/pods?limit=500&labelSelector=app%3Distiod',
      '/api/v1/pods?limit=500&labelSelector=app%3Distiod&continue=t%2F1',
      '/api/v1/pods?limit=500&labelSelector=app%3Distiod&continue=t2',
    ]);
  });

  it('of metadata alone is asked for as such, with an ordinary list as the second best', async () => {
    const accepted: (string | undefined)[] = [];
    const server = serverOf([{ names: ['a'] }]);
    const api = {
      getJson: (path: string, accept?: string) => {
        accepted.push(accept);
        return server.getJson(path);
      },
    };
    const list = await listObjects(api, '/api/v1/namespaces', { metadataOnly: true });
    expect(namesOf(list)).toEqual(['a']);
    expect(accepted).toEqual([
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    ]);
  });

  it('gives its items the kind that only the list names', async () => {
    const { objects } = await listObjects(serverOf([{ names: ['a'] }]), '/api/v1/pods');
    expect([objects[0]?.kind, objects[0]?.apiVersion]).toEqual(['Pod', 'v1']);
  });

  it('starts again when the server has forgotten its moment, without the pages of the first try', async () => {
    const api = serverOf([
      { names: ['old'], next: 't' },
      gone,
      { names: ['a'], next: 'u' },
      { names: ['b'] },
    ]);
    const list = await listObjects(api, '/api/v1/pods');
    expect(namesOf(list)).toEqual(['a', 'b']);
    expect(list.cutShort).toBe(undefined);
  });

  it('that expires again and again ends with what was read and the reason', async () => {
    const round: Page[] = [{ names: ['a'], next: 't' }, gone];
    const list = await listObjects(serverOf([...round, ...round, ...round, ...round]), '/api/v1/pods');
    expect(namesOf(list)).toEqual(['a']);
    expect(list.cutShort?.status).toBe(410);
  });

  it('that breaks off keeps the pages that were read and tells why', async () => {
    const api = serverOf([{ names: ['a'], next: 't' }, failureOfStatus(503, '{"message": "etcd is down"}')]);
    const list = await listObjects(api, '/api/v1/pods');
    expect(namesOf(list)).toEqual(['a']);
    expect(list.cutShort?.message).toBe('etcd is down');
  });

  it('whose first page fails is a failure', async () => {
    await expect(listObjects(serverOf([failureOfStatus(403, '')]), '/api/v1/pods')).rejects.toMatchObject({
      code: 'Forbidden',
    });
  });

  it('that is no list is not taken for an empty one', async () => {
    const api = { getJson: async () => ({ kind: 'Status' }) };
    await expect(listObjects(api, '/api/v1/pods')).rejects.toMatchObject({ code: 'Corrupt' });
  });
});
