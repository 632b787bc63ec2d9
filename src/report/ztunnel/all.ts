import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import type { ZtunnelAll } from '../../answers/ztunnel-all.ts';
import { withoutSecrets } from '../../envoy/redact.ts';
import { goJson } from '../../envoy/schema/go-json.ts';
import { goYaml } from '../go-yaml.ts';
import { jsonText } from '../json.ts';
import { dataOfProxies, eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { styleFor } from '../style.ts';
import { yamlText } from '../yaml.ts';
import { certificatesTable } from './certificates.ts';
import { connectionsTable } from './connections.ts';
import { policiesTable } from './policies.ts';
import { servicesTable } from './services.ts';
import { workloadsTable } from './workloads.ts';

function allText(answer: ZtunnelAll, options: ReportOptions): string {
  const style = styleFor(options.color);
  const sections: [string, string][] = [
    ['WORKLOADS', workloadsTable(answer.workloads, options)],
    ['SERVICES', servicesTable(answer.services, options)],
    ['POLICIES', policiesTable(answer.policies, options)],
    ['CERTIFICATES', certificatesTable(answer.certificates, options)],
    ['CONNECTIONS', connectionsTable(answer.connections, options)],
  ];
  return sections.map(([title, text]) => `${style.strong(title)}\n${text}`).join('\n');
}

/** Reports everything about a ztunnel in our tables. */
export const allReport = eachProxy(allText);

type Dumps = ProxyAnswers<ZtunnelAll>;

const raw = (answer: Dumps): unknown => dataOfProxies(answer, (value) => value.raw);

/** The dump itself as JSON, with ztunnel's indentation. */
export const allJson = (answer: Dumps): string => jsonText(raw(answer), 2);

/** The dump itself as YAML. */
export const allYaml = (answer: Dumps): string => yamlText(raw(answer));

/** The dump itself as the reference prints it: with keys that are numbers in the order of their text. */
export const compatAllJson = (answer: Dumps): string => `${goJson(withoutSecrets(raw(answer)), 2)}\n`;

/** The dump itself as the reference's YAML, which a blank line ends. */
export const compatAllYaml = (answer: Dumps): string => `${goYaml(withoutSecrets(raw(answer)))}\n`;
