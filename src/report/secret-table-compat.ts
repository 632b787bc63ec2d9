import { hasTrustDomainColumn, type SecretRow } from '../answers/secret-rows.ts';
import { tabwriterTable } from './tabwriter.ts';

const HEADER = ['RESOURCE NAME', 'TYPE', 'STATUS', 'VALID CERT', 'SERIAL NUMBER', 'NOT AFTER', 'NOT BEFORE'];

/** The reference's `proxy-config secret` table, to the byte. */
export function secretTable(rows: readonly SecretRow[]): string {
  if (rows.length === 0) return 'No active or warming secrets found.\n';
  const isShown = hasTrustDomainColumn(rows);
  const cells = rows.map((row) => [
    row.name,
    row.type,
    row.status,
    String(row.valid),
    row.serial,
    row.notAfter,
    row.notBefore,
    ...(isShown ? [row.trustDomain] : []),
  ]);
  return tabwriterTable([[...HEADER, ...(isShown ? ['TRUST DOMAIN'] : [])], ...cells], 5);
}
