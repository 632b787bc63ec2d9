import { asNumber, asString, field } from '../../util/json.ts';
import { escapeLine } from '../../util/text.ts';
import type { SourceError, SourceErrorCode } from '../source-error.ts';

/** What is known of a failed call besides its code and reason. */
interface CallDetail {
  /** HTTP status, where the other side answered one. */
  readonly status?: number | undefined;
  /** True when the same call may succeed a moment later. */
  readonly passing?: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly next?: string | undefined;
  /** True when the status is that of a server in a pod, not of the API server. */
  readonly answered?: boolean;
  /** The rule of a role that would allow the call. */
  readonly rule?: string | undefined;
}

/** A call to the API server, or through it, that failed. It never leaves this room: callers get a `SourceError`. */
export class CallFailure extends Error {
  readonly code: SourceErrorCode;
  readonly status: number | undefined;
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;
  readonly next: string | undefined;
  readonly answered: boolean;
  readonly rule: string | undefined;

  constructor(code: SourceErrorCode, reason: string, detail: CallDetail = {}) {
    super(escapeLine(reason));
    this.code = code;
    this.status = detail.status;
    this.passing = detail.passing ?? false;
    this.retryAfterMs = detail.retryAfterMs;
    this.next = detail.next;
    this.answered = detail.answered ?? false;
    this.rule = detail.rule;
  }
}

/** A failed answer: what was asked, of whom, and the failure's reason and next step. */
export function failedAnswer(
  cause: unknown,
  asked: string,
  of: string,
): { readonly ok: false; readonly error: SourceError } {
  const { code, message, next, rule, status, answered } = toCallFailure(cause);
  const lacksRight = code === 'Forbidden' && status === 403 && !answered;
  return {
    ok: false,
    error: {
      code,
      asked,
      of,
      reason: message,
      next,
      ...(lacksRight ? { lacksRight } : {}),
      ...(rule === undefined ? {} : { rule }),
    },
  };
}

/** Whatever a call threw, as a `CallFailure`. */
export function toCallFailure(cause: unknown): CallFailure {
  if (cause instanceof CallFailure) return cause;
  const code = asString(field(cause, 'code')) ?? errorCode(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  return SOCKET_FAILURES[code]?.() ?? new CallFailure('Unreachable', text === '' ? code : text);
}

/** What the errors of Node's sockets mean. A certificate that does not verify will not verify a moment later. */
const SOCKET_FAILURES: Readonly<Record<string, () => CallFailure>> = {
  ECONNREFUSED: () => new CallFailure('Unreachable', 'connection refused: nothing listens there'),
  ECONNRESET: () =>
    new CallFailure('Unreachable', 'the connection was closed in the middle', { passing: true }),
  EPIPE: () => new CallFailure('Unreachable', 'the connection was closed in the middle', { passing: true }),
  ETIMEDOUT: () => new CallFailure('Timeout', 'no connection within the time limit'),
  EHOSTUNREACH: () => new CallFailure('Unreachable', 'no route to that host'),
  ENOTFOUND: () => new CallFailure('Unreachable', 'the host name is not known'),
  EAI_AGAIN: () => new CallFailure('Unreachable', 'the host name could not be looked up', { passing: true }),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unverified,
  SELF_SIGNED_CERT_IN_CHAIN: unverified,
  DEPTH_ZERO_SELF_SIGNED_CERT: unverified,
  CERT_HAS_EXPIRED: () => new CallFailure('Unreachable', "the server's certificate has expired"),
  ERR_TLS_CERT_ALTNAME_INVALID: () =>
    new CallFailure('Unreachable', "the server's certificate is for another name"),
};

function unverified(): CallFailure {
  return new CallFailure('Unreachable', "the server's certificate is not signed by the cluster's authority", {
    next: 'check certificate-authority in the kubeconfig: another cluster may answer at this address',
  });
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** The failure that an HTTP status of the Kubernetes API means; `body` may hold its `Status` object. */
export function failureOfStatus(status: number, body: string, retryAfter?: string | undefined): CallFailure {
  const said = statusMessage(body) ?? `the API server answered ${status}`;
  const reason = /error dialing backend/.test(said)
    ? `the API server can't reach the pod's node (${said})`
    : said;
  const retryAfterMs = parseRetryAfter(retryAfter);
  if (status === 401) {
    return new CallFailure('Forbidden', `the login was not accepted (401)`, {
      status,
      next: 'log in again: the token or certificate of this kubeconfig context may have expired',
    });
  }
  if (status === 403) return forbidden(reason);
  if (status === 404) return new CallFailure('NotFound', reason, { status });
  if (status === 408 || status === 504) return new CallFailure('Timeout', reason, { status, passing: true });
  const passing = status === 429 || status >= 500;
  return new CallFailure('Unreachable', reason, { status, passing, retryAfterMs });
}

/** The next step where a right is missing. */
export const ASK_FOR_ROLE = '--print-rbac shows the role to ask for, --from ARCHIVE reads a recording';

const MISSING_RIGHT =
  /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?/;

/** A refusal in few words, with the rule that would allow what was asked, as far as the API server tells it. */
function forbidden(said: string): CallFailure {
  const [, verb, resource, group = '', namespace] = MISSING_RIGHT.exec(said) ?? [];
  if (verb === undefined || resource === undefined) {
    // What stands between, such as a gateway, refuses in words of its own.
    const reason = /forbidden/i.test(said) ? said : `forbidden: ${said}`;
    return new CallFailure('Forbidden', reason, { status: 403 });
  }
  return forbiddenCall({ verb, resource, group, namespace });
}

/** What was refused: a verb on a kind, in a namespace or in all of them. */
export interface RefusedAccess {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace: string | undefined;
}

/** The failure of a call that this user may not make. */
export function forbiddenCall({ verb, resource, group, namespace }: RefusedAccess): CallFailure {
  const where = namespace === undefined ? 'all namespaces' : namespace;
  const role = namespace === undefined ? 'a ClusterRole' : `a Role in ${namespace}`;
  const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]} in ${role}`;
  return new CallFailure('Forbidden', `forbidden: ${verb} ${resource} in ${where}`, { status: 403, rule });
}

/** `message` of a Kubernetes `Status`, or the first line of a plain text. */
function statusMessage(body: string): string | undefined {
  try {
    const message = asString(field(JSON.parse(body), 'message'));
    if (message !== undefined && message !== '') return message.slice(0, 500);
  } catch {
    const line = body.trim().split('\n', 1)[0] ?? '';
    if (line !== '' && !line.startsWith('<')) return line.slice(0, 300);
  }
  return undefined;
}

/** Milliseconds that a `Retry-After` header in seconds asks to wait; dates are left aside (the API sends seconds). */
export function parseRetryAfter(header: string | undefined): number | undefined {
  const seconds = asNumber(header === undefined || header.trim() === '' ? undefined : Number(header));
  return seconds === undefined || seconds < 0 ? undefined : seconds * 1000;
}
