import type { AuthzCheckRow } from './authz-check-rows.ts';
import type { AuthzPoliciesAnswer } from './authz-policies.ts';

/** What `authz check` answers for one proxy: our view, the reference's rows, and how much of our view to print. */
export interface AuthzCheckAnswer {
  readonly policies: AuthzPoliciesAnswer;
  /** Undefined where the reference prints nothing. */
  readonly rows: readonly AuthzCheckRow[] | undefined;
  /** Every rule in words, not only the count. */
  readonly rules: boolean;
}
