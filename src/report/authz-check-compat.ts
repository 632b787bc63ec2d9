import type { AuthzCheckAnswer } from '../answers/authz-check.ts';
import type { AuthzCheckRow } from '../answers/authz-check-rows.ts';
import { eachProxyCompat } from './proxy-answers.ts';
import { tabwriterTable } from './tabwriter.ts';

/** The reference's `authz check` table, to the byte; nothing at all without listeners. */
export function authzCheckTable(rows: readonly AuthzCheckRow[] | undefined): string {
  if (rows === undefined) return '';
  const header = ['ACTION', 'AuthorizationPolicy', 'RULES'];
  const cells = rows.map(({ action, policy, rules }) => [action, policy, String(rules)]);
  return tabwriterTable([header, ...cells], 3);
}

/** Reports the reference's table for each proxy. */
export const compatAuthzCheckReport = eachProxyCompat((answer: AuthzCheckAnswer) =>
  authzCheckTable(answer.rows),
);
