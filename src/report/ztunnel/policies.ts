import type { ZtunnelPolicies } from '../../answers/ztunnel-policies.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { concernTable } from './concern-table.ts';

const SCOPES: Readonly<Record<string, string>> = {
  Global: 'all workloads',
  Namespace: 'its namespace',
};

/** Our table of policies: those that are not enforced as they were written first. */
export function policiesTable({ rows, total }: ZtunnelPolicies, options: ReportOptions): string {
  const held = rows.filter(({ policy }) => policy !== undefined).length;
  return concernTable(
    {
      noun: 'policy',
      header: ['POLICY', 'ACTION', 'APPLIES TO', 'RULES'],
      rows: rows.map(({ namespace, name, action, scope, policy, origin, workloads, concern }) => ({
        cells: [
          origin ?? `${namespace}/${name}`,
          action,
          workloads === undefined ? (SCOPES[scope] ?? (scope || '-')) : countOf(workloads),
          policy === undefined ? '-' : String(policy.rules),
        ],
        concern,
      })),
      total: Math.max(total, rows.length),
      summary: `ztunnel holds ${held}`,
    },
    options,
  );
}

function countOf(workloads: number): string {
  return workloads === 1 ? '1 workload' : `${workloads} workloads`;
}

/** Reports the policies of a ztunnel in our table. */
export const policiesReport = eachProxy(policiesTable);
