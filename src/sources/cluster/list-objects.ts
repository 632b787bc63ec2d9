import type { KubeObject } from '../../kube/object.ts';
import { asString, field } from '../../util/json.ts';
import { kubeItems, toKubeObject } from '../kube-list.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure, toCallFailure } from './call-failure.ts';
import { pathSegment } from './kube-name.ts';

/** Objects a page: what the reference and kubectl ask for. */
const PAGE = 500;
/** A list of metadata alone, or an ordinary one from a server that knows none. */
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
/** A list that expires again and again is given up. */
const RESTARTS = 3;

/** Which of the objects at a path; selectors are the API server's own, so that less is sent. */
export interface Selection {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Without spec, status and data, where the server can leave those out. */
  readonly metadataOnly?: boolean | undefined;
}

/** A list, and the failure that cut it short, if one did. */
export interface ObjectList {
  readonly objects: readonly KubeObject[];
  readonly cutShort?: CallFailure | undefined;
}

/**
 * All objects of a collection such as `/api/v1/pods`, page by page. When the server no longer knows the list's moment
 * (410), the list starts again from its first page. A failure after the first page leaves the pages read so far, with
 * the failure; a failure on the first page is thrown as `CallFailure`.
 */
export async function listObjects(
  api: Pick<ApiServer, 'getJson'>,
  path: string,
  selection: Selection = {},
): Promise<ObjectList> {
  for (let restart = 0; ; restart++) {
    const objects: KubeObject[] = [];
    try {
      await readPages(api, path, selection, objects);
      return { objects };
    } catch (cause) {
      const failure = toCallFailure(cause);
      if (failure.status === 410 && restart < RESTARTS) continue;
      if (objects.length === 0) throw failure;
      return { objects, cutShort: failure };
    }
  }
}

/**
 * The object of a name, or none. Reading a Namespace so needs a right in that namespace alone, which a list would not
 * do with. Throws `CallFailure`.
 */
export async function getObject(
  api: Pick<ApiServer, 'getJson'>,
  collection: string,
  name: string,
): Promise<readonly KubeObject[]> {
  try {
    const object = toKubeObject(await api.getJson(`${collection}/${pathSegment(name)}`));
    return object === undefined ? [] : [object];
  } catch (cause) {
    const failure = toCallFailure(cause);
    if (failure.code === 'NotFound') return [];
    throw failure;
  }
}

async function readPages(
  api: Pick<ApiServer, 'getJson'>,
  path: string,
  selection: Selection,
  objects: KubeObject[],
): Promise<void> {
  let next: string | undefined;
  do {
    const accept = selection.metadataOnly === true ? METADATA_LIST : undefined;
    const page = await api.getJson(`${path}?${pageQuery(selection, next)}`, accept);
    const items = kubeItems(page);
    if (items === undefined) throw new CallFailure('Corrupt', 'the API server did not answer a list');
    for (const object of items.objects) objects.push(object);
    next = asString(field(page, 'metadata', 'continue'));
  } while (next !== undefined && next !== '');
}

function pageQuery({ labelSelector, fieldSelector }: Selection, next: string | undefined): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  if (next !== undefined) query.set('continue', next);
  return query.toString();
}
