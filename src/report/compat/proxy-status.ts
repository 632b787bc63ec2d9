import type { ProxyStatusAnswer } from '../../answers/proxy-status-answer.ts';
import type { SectionComparison } from '../../answers/section-compare.ts';
import { withoutSecrets } from '../../envoy/redact.ts';
import { goScalar } from '../../envoy/schema/go-json.ts';
import { type ProxySync, sentMs, type TypeSync } from '../../istiod/sync.ts';
import { shortTypeName, subscriptionOrder, TYPE_URL } from '../../istiod/xds-types.ts';
import { humanDuration } from '../../util/duration.ts';
import { compareText, escapeControl } from '../../util/text.ts';
import { goYaml } from '../go-yaml.ts';
import { ztunnelSentence } from '../proxy-sync-diff.ts';
import type { Reporter } from '../reporter.ts';
import { tabwriterTable } from '../tabwriter.ts';

const PADDING = 5;

/** The reference's tables, to the byte. Source: spec of proxy-status §3. */
export const table: Reporter<ProxyStatusAnswer> = (answer, options) => {
  if (answer.form === 'ztunnel') return ztunnelSentence(answer.proxy);
  if (answer.form === 'pod') return answer.comparisons.map(comparisonText).join('');
  const proxies = answer.status.istiods.flatMap((istiod) => istiod.sync?.proxies ?? []);
  const sorted = [...proxies].sort((a, b) => compareText(a.proxyId, b.proxyId));
  return tabwriterTable(answer.view.verbose ? verboseRows(sorted, options.now) : plainRows(sorted), PADDING);
};

function plainRows(proxies: readonly ProxySync[]): string[][] {
  const header = ['NAME', 'CLUSTER', 'ISTIOD', 'VERSION', 'SUBSCRIBED TYPES'];
  return [
    header,
    ...proxies.map((proxy) => [proxy.proxyId, proxy.cluster, proxy.istiod, proxy.version, subscribed(proxy)]),
  ];
}

function subscribed(proxy: ProxySync): string {
  const urls = proxy.types.filter((type) => type.status !== 'UNKNOWN').map((type) => type.typeUrl);
  const names = subscriptionOrder(urls).map(shortTypeName);
  return names.length === 0 ? '0' : `${names.length} (${names.join(',')})`;
}

/** Columns that the reference shows even when no proxy has the type. */
const ALWAYS = [TYPE_URL.cluster, TYPE_URL.listener, TYPE_URL.endpoint, TYPE_URL.route, TYPE_URL.extension];

function verboseRows(proxies: readonly ProxySync[], now: Date): string[][] {
  const seen = proxies.flatMap((proxy) => proxy.types.map((type) => type.typeUrl));
  const columns = [...new Set([...ALWAYS, ...seen])].sort(compareText);
  const header = ['NAME', 'CLUSTER', ...columns.map(shortTypeName), 'ISTIOD', 'VERSION'];
  const rows = proxies.map((proxy) => {
    const types = new Map(proxy.types.map((type) => [type.typeUrl, type]));
    const cells = columns.map((column) => statusCell(types.get(column), now));
    return [proxy.proxyId, proxy.cluster, ...cells, proxy.istiod, proxy.version];
  });
  return [header, ...rows];
}

function statusCell(type: TypeSync | undefined, now: Date): string {
  if (type === undefined || type.status === 'UNKNOWN') return 'IGNORED';
  const sent = sentMs(type);
  if (type.status === 'NOT SENT' || sent === undefined) return type.status;
  return `${type.status} (${humanDuration(now.getTime() - sent)})`;
}

/** `X Match`, or `X Don't Match` with the diff; the time is in UTC whatever the local zone. */
function comparisonText({ title, diff, lastLoaded }: SectionComparison): string {
  const time = new Date(lastLoaded ?? Number.NaN);
  const loaded = Number.isNaN(time.getTime())
    ? ''
    : ` (RDS last loaded at ${time.toUTCString().replace('GMT', 'UTC')})`;
  return diff === ''
    ? `${title} Match${loaded}\n`
    : `${title} Don't Match${loaded}\n${escapeControl(diff)}\n`;
}

/** The reference's JSON: one document an istiod, one after another. The pod form has none: it prints its text. */
export const json: Reporter<ProxyStatusAnswer> = (answer, options) =>
  answer.form === 'list'
    ? answer.documents.map((document) => `${discoveryJson(withoutSecrets(document), '')}\n`).join('')
    : table(answer, options);

const STEP = '    ';

/**
 * A DiscoveryResponse as Go's older protobuf printer indents it: the members of a Struct (`metadata`) stand one step
 * deeper than elsewhere.
 */
function discoveryJson(value: unknown, indent: string, struct = false): string {
  if (typeof value !== 'object' || value === null) return goScalar(value);
  const inner = indent + STEP + (struct ? STEP : '');
  const close = struct ? indent + STEP : indent;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + discoveryJson(item, inner)).join(',\n')}\n${close}]`;
  }
  const members = Object.entries(value).map(
    ([key, member]) => `${inner}${goScalar(key)}: ${discoveryJson(member, inner, key === 'metadata')}`,
  );
  return members.length === 0 ? `{\n\n${close}}` : `{\n${members.join(',\n')}\n${close}}`;
}

/** The reference's YAML: one document an istiod, one after another, without `---` between them. */
export const yaml: Reporter<ProxyStatusAnswer> = (answer, options) =>
  answer.form === 'list'
    ? answer.documents.map((document) => goYaml(withoutSecrets(document))).join('')
    : table(answer, options);
