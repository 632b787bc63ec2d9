import type { EnvoyStats } from '../../answers/envoy-stats/envoy-stats.ts';
import { withoutSecrets } from '../../envoy/redact.ts';
import { goJson } from '../../envoy/schema/go-json.ts';
import { escapeControl, escapeLine } from '../../util/text.ts';
import { goYaml } from '../go-yaml.ts';
import type { Reporter } from '../reporter.ts';

/** The reference's form: a heading over the text of each proxy. */
export const compatText: Reporter<EnvoyStats> = (answer) =>
  headed(answer, (body) => (body.form === 'text' ? `${escapeControl(body.text)}\n` : ''));

/** As `compatText` with Envoy's JSON. */
export const compatJson: Reporter<EnvoyStats> = (answer) =>
  headed(answer, (body) => (body.form === 'data' ? `${goJson(withoutSecrets(body.data))}\n\n` : ''));

/** As `compatText` with YAML. */
export const compatYaml: Reporter<EnvoyStats> = (answer) =>
  headed(answer, (body) => (body.form === 'data' ? `${goYaml(withoutSecrets(body.data))}\n` : ''));

function headed(
  { proxies }: EnvoyStats,
  render: (body: EnvoyStats['proxies'][number]['body']) => string,
): string {
  return proxies
    .map(({ pod, body }) => `\nThe result of pod ${escapeLine(pod.name)}:\n\n${render(body)}`)
    .join('');
}
