/** How bad an outcome is: `bad` the mesh failed or the answer is a 5xx, `warn` refused or given up, `good` answered. */
export type Severity = 'bad' | 'warn' | 'good';

/** Why a request ended as it did. Requests with the same `key` have the same cause. */
export interface Explanation {
  readonly key: string;
  readonly severity: Severity;
  /** What happened, in plain words. */
  readonly what: string;
  readonly why?: string | undefined;
  /** What to look at next; `{pod}`, `{request}` and `{endpoint}` stand for names of the call. */
  readonly next?: string | undefined;
  /** The object that decided it, where the log names it: `AuthorizationPolicy shop/deny-admin, rule 0`. */
  readonly object?: string | undefined;
  /** Whether the answer came from the other side: its log says more. */
  readonly isFromUpstream?: boolean | undefined;
}
