import type { BootstrapAnswer } from '../../answers/bootstrap.ts';
import type { EcdsAnswer } from '../../answers/ecds.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import { tabwriterTable } from '../tabwriter.ts';

/** The reference's short form of a bootstrap: its versions. */
export function compatBootstrap(answer: BootstrapAnswer): string {
  const { istio, istioProxy, envoy } = answer.versions;
  const rows = [
    ['Istio Version:', istio],
    ['Istio Proxy Version:', istioProxy],
    ['Envoy Version:', envoy],
  ].flatMap(([label, value]) => (label === undefined || value === undefined ? [] : [[label, value]]));
  return tabwriterTable(rows, 1);
}

/** The reference's table of extension configurations. */
export function compatEcds(answer: EcdsAnswer): string {
  return tabwriterTable([['ECDS NAME', 'TYPE'], ...answer.rows.map((row) => [row.name, row.type])], 5);
}

/** Reports bootstraps in the reference's short form. */
export const compatBootstrapReport = eachProxyCompat(compatBootstrap);

/** Reports extension configurations in the reference's table. */
export const compatEcdsReport = eachProxyCompat(compatEcds);
