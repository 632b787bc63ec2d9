import { asBoolean, field } from '../../util/json.ts';
import type { ApiServer } from './api-server.ts';
import { type CallFailure, forbiddenCall } from './call-failure.ts';

/** Something to do with the objects of a namespace. */
export interface Access {
  readonly verb: 'create' | 'get' | 'list';
  /** Plural, with a subresource behind a slash: `pods/portforward`. */
  readonly resource: string;
  readonly namespace: string;
}

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * Asks the API server what this user may do, each question once: one request in the place of a refusal for each of many
 * pods. Everybody may ask this about themselves.
 */
export class AccessReviews {
  readonly #api: Pick<ApiServer, 'postJson'>;
  readonly #answers = new Map<string, Promise<boolean | undefined>>();

  constructor(api: Pick<ApiServer, 'postJson'>) {
    this.#api = api;
  }

  /**
   * The refusal that a connection into pods of a namespace would get; `undefined` when it is allowed, or when nobody
   * tells. Connections ask for `create`, over WebSockets of older servers for `get`: one of the two is enough.
   */
  async connectRefusal(resource: string, namespace: string): Promise<CallFailure | undefined> {
    for (const verb of ['create', 'get'] as const) {
      if ((await this.#allowed({ verb, resource, namespace })) !== false) return undefined;
    }
    return forbiddenCall({ verb: 'create', resource, group: '', namespace });
  }

  #allowed(access: Access): Promise<boolean | undefined> {
    const key = JSON.stringify(access);
    const known = this.#answers.get(key) ?? this.#ask(access).catch(() => undefined);
    this.#answers.set(key, known);
    return known;
  }

  async #ask({ verb, resource, namespace }: Access): Promise<boolean | undefined> {
    const [plural, subresource] = resource.split('/');
    const resourceAttributes = { verb, group: '', resource: plural, subresource, namespace };
    const review = await this.#api.postJson(PATH, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    });
    return asBoolean(field(review, 'status', 'allowed'));
  }
}
