import { asObject, asString, field } from '../util/json.ts';

/** What a JSON document seems to be, in words, and how it can be read. */
export interface DocumentKind {
  readonly what: string;
  readonly next: string | undefined;
}

/** Names what a document that was expected to be an Envoy page looks like, and the command that reads it. */
export function looksLike(value: unknown): DocumentKind {
  if (value === null) return kind('an empty document');
  if (Array.isArray(value)) return kindOfList(value);
  const object = asObject(value);
  if (object === undefined) return kind(typeof value === 'string' ? 'plain text' : `a bare ${typeof value}`);
  if ('cluster_statuses' in object) {
    return kind("Envoy's /clusters page", 'meshscope proxy-config endpoint --file FILE reads it');
  }
  if (Array.isArray(object['configs'])) return kind('an Envoy config_dump');
  if ('workloads' in object || 'workloadState' in object) {
    return kind("a ztunnel's config_dump", 'meshscope ztunnel-config all --file FILE reads it');
  }
  if ('listener_statuses' in object) return kind("Envoy's /listeners page");
  if ('certificates' in object) return kind("Envoy's /certs page");
  if ('command_line_options' in object) return kind("Envoy's /server_info page");
  if (Array.isArray(object['stats'])) return kind("Envoy's /stats page");
  if (asString(object['kind']) === 'MeshSnapshot') {
    return kind('the index of a recorded mesh', 'give its folder with --from FOLDER');
  }
  if (asString(object['apiVersion']) !== undefined && asString(object['kind']) !== undefined) {
    return kind(`a Kubernetes ${object['kind']}`, 'meshscope analyze FILE reads Kubernetes objects');
  }
  const fields = Object.keys(object).slice(0, 3);
  return kind(fields.length === 0 ? 'an empty object' : `an object with the fields ${fields.join(', ')}`);
}

function kindOfList(list: readonly unknown[]): DocumentKind {
  if (field(list[0], 'proxy') !== undefined || field(list[0], 'cluster_id') !== undefined) {
    return kind("one of istiod's debug pages", 'meshscope proxy-status --file FILE reads syncz');
  }
  if (field(list[0], 'socketAddress') !== undefined || field(list[0], 'filterChains') !== undefined) {
    return kind('output of proxy-config -o json', 'the commands read the config_dump itself');
  }
  return kind(list.length === 0 ? 'an empty list' : `a list of ${list.length} values`);
}

function kind(what: string, next?: string): DocumentKind {
  return { what, next };
}

/** Whether a document has the outer shape of an Envoy config_dump. */
export function isConfigDump(value: unknown): boolean {
  return Array.isArray(asObject(value)?.['configs']);
}
