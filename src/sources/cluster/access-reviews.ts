import { asBoolean, field } from '../../util/json.ts';
import type { AskedAccess } from '../live-mesh.ts';
import type { ApiServer } from './api-server.ts';
import { type CallFailure, forbiddenCall } from './call-failure.ts';

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
      if ((await this.#allowed({ verb, group: '', resource, namespace })) !== false) return undefined;
    }
    return forbiddenCall({ verb: 'create', resource, group: '', namespace });
  }

  /** Whether that is allowed; `undefined` when nobody tells. */
  mayI(access: AskedAccess): Promise<boolean | undefined> {
    return this.#allowed(access);
  }

  #allowed(access: AskedAccess): Promise<boolean | undefined> {
    const key = JSON.stringify(access);
    const known = this.#answers.get(key) ?? this.#ask(access).catch(() => undefined);
    this.#answers.set(key, known);
    return known;
  }

  async #ask({ verb, group, resource, namespace }: AskedAccess): Promise<boolean | undefined> {
    const [plural, subresource] = resource.split('/');
    const resourceAttributes = { verb, group, resource: plural, subresource, namespace };
    const review = await this.#api.postJson(PATH, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    });
    return asBoolean(field(review, 'status', 'allowed'));
  }
}
