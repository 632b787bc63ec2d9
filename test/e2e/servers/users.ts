/** A user of the test cluster: a token, and the roles that say what it may do. */
export interface TestUser {
  readonly name: TestUserName;
  readonly token: string;
  /** Rules for the whole cluster. */
  readonly cluster: readonly Rule[];
  /** Rules in namespace shop alone. */
  readonly shop: readonly Rule[];
}

/** The users besides `admin`, which logs in with a client certificate and may do everything. */
export type TestUserName =
  | 'shop-only'
  | 'create-only'
  | 'create-exec-only'
  | 'no-portforward'
  | 'no-exec'
  | 'reader'
  | 'nobody';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] };
const FORWARD: Rule = { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create'] };
const EXEC: Rule = { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] };

/** Each lacks one thing that an operator may lack. By WebSocket, port-forward and exec are a GET and ask for `get` too. */
export const TEST_USERS: readonly TestUser[] = [
  user('shop-only', [], [READ, forwardByGet(FORWARD), forwardByGet(EXEC)]),
  user('no-portforward', [reading(), forwardByGet(EXEC)], []),
  user('create-only', [reading(), FORWARD], []),
  user('create-exec-only', [reading(), EXEC], []),
  user('no-exec', [reading(), forwardByGet(FORWARD)], []),
  user('reader', [reading()], []),
  user('nobody', [], []),
];

function user(name: TestUserName, cluster: readonly Rule[], shop: readonly Rule[]): TestUser {
  return { name, token: `token-of-${name}`, cluster, shop };
}

function forwardByGet(rule: Rule): Rule {
  return { ...rule, verbs: ['get', 'create'] };
}

/** Reading of everything but the pods' subresources that open a connection (`*` would allow those by GET). */
function reading(): Rule {
  return {
    apiGroups: ['', 'apps', 'networking.istio.io', 'security.istio.io', 'apiextensions.k8s.io'],
    resources: ['pods', 'pods/log', 'services', 'configmaps', 'namespaces', 'deployments', 'virtualservices'],
    verbs: ['get', 'list'],
  };
}
