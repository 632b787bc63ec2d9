import { asObject, asObjects, field, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import { type ZtunnelCertificate, ztunnelCertificate } from './certificate.ts';
import { type ServedWorkload, servedWorkload } from './connection.ts';
import { type ZtunnelPolicy, ztunnelPolicy } from './policy.ts';
import { type ZtunnelService, ztunnelService } from './service.ts';
import { type ZtunnelWorkload, ztunnelWorkload } from './workload.ts';

/** What a ztunnel holds, as its admin page `config_dump` says; each list in the order of the reference's JSON. */
export interface ZtunnelDump {
  readonly workloads: readonly ZtunnelWorkload[];
  readonly services: readonly ZtunnelService[];
  readonly policies: readonly ZtunnelPolicy[];
  readonly certificates: readonly ZtunnelCertificate[];
  /** Workloads of its node that it serves, with their connections. */
  readonly served: readonly ServedWorkload[];
  /** The page as it was read. */
  readonly raw: unknown;
}

const SECTIONS = ['workloads', 'services', 'policies', 'certificates', 'workloadState'];

/** Whether a JSON value is ztunnel's config_dump; an Envoy's has a list `configs` instead. */
export function isZtunnelDump(value: unknown): boolean {
  const object = asObject(value);
  return object !== undefined && SECTIONS.some((name) => section(object, name) !== undefined);
}

/** The typed view of ztunnel's config_dump. Sections that it lacks are empty; older ones are maps. */
export function ztunnelDump(value: unknown): ZtunnelDump {
  const object = asObject(value) ?? {};
  const list = (name: string): readonly JsonObject[] => items(section(object, name));
  return {
    workloads: list('workloads').map(ztunnelWorkload),
    services: list('services')
      .map(ztunnelService)
      .sort((a, b) => compareNames(a, b) || compareText(a.hostname, b.hostname)),
    policies: list('policies').map(ztunnelPolicy).sort(compareNames),
    certificates: list('certificates').map(ztunnelCertificate),
    served: list('workloadState').map(servedWorkload).sort(compareNames),
    raw: value,
  };
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function compareNames(a: Named, b: Named): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}

/** ztunnel has spelt `workloadState` in several ways: the reference's reader takes any case. */
function section(object: JsonObject, name: string): unknown {
  const exact = field(object, name);
  if (exact !== undefined) return exact;
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

function items(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? asObjects(value) : asObjects(Object.values(asObject(value) ?? {}));
}
