import type { AuthzCheckRow } from '../answers/authz-check-rows.ts';
import { tabwriterTable } from './tabwriter.ts';

/** The reference's `authz check` table, to the byte; nothing at all without listeners. */
export function authzCheckTable(rows: readonly AuthzCheckRow[] | undefined): string {
  if (rows === undefined) return '';
  const header = ['ACTION', 'AuthorizationPolicy', 'RULES'];
  return tabwriterTable(
    [header, ...rows.map(({ action, policy, rules }) => [action, policy, String(rules)])],
    3,
  );
}
