import type { Finding, ResourceRef } from '../../analysis/finding.ts';
import type { Level } from '../../analysis/message.ts';
import type { GraphAnswer } from '../graph/graph-answer.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type { VersionSkew } from '../version-skew.ts';

/** What `report` answers: the state of a whole mesh at one moment, for a person to read. */
export interface MeshReport {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'MeshReport';
  readonly subject: ReportSubject;
  readonly verdict: ReportVerdict;
  readonly findings: ReportFindings;
  readonly proxies: ReportProxies;
  readonly certificates: ReportCertificates;
  readonly versions: ReportVersions;
  readonly controlPlane: readonly ReportIstiod[];
  /** Absent when no object of the mesh could be read. */
  readonly graph?: Pick<GraphAnswer, 'nodes' | 'edges' | 'cycles' | 'dangling' | 'findings'> | undefined;
  /** What is missing, worst first: nothing in the report may be read as if it covered this. */
  readonly gaps: readonly ReportGap[];
}

/** What the report is of. */
export interface ReportSubject {
  /** Where it was read from, in words: the context, the archive. */
  readonly source: string;
  /** Moment that the data is of; ages count from here. ISO 8601. */
  readonly takenAt: string;
  /** `meshscope 0.1.0`. */
  readonly madeBy: string;
  readonly istioNamespace: string;
  readonly clusters: readonly string[];
  /** The only namespace, and the only revision of the control plane, that were looked at; all of them when absent. */
  readonly namespace?: string | undefined;
  readonly revision?: string | undefined;
  /** Absent outside archives. `none` means that secrets may be in it. */
  readonly redaction?: string | undefined;
}

/** The answer in one line, and what it follows from. `unknown`: too little could be read to say that all is well. */
export interface ReportVerdict {
  readonly level: 'error' | 'warning' | 'good' | 'unknown';
  readonly title: string;
  /** Worst first, each naming what is wrong and the section that says more. */
  readonly reasons: readonly {
    readonly level: 'error' | 'warning' | 'unknown';
    readonly text: string;
    readonly section: ReportSection;
  }[];
}

/** The parts of the report, by the names that the page's links use. */
export type ReportSection =
  | 'findings'
  | 'proxies'
  | 'certificates'
  | 'versions'
  | 'graph'
  | 'control-plane'
  | 'gaps';

/** What the analyzers found. */
export interface ReportFindings {
  readonly counts: Readonly<Record<Lowercase<Level>, number>>;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Analyzers that did not run or did not finish, with why. */
  readonly skipped: readonly { readonly analyzer: string; readonly why: string }[];
  /** Kinds of which parts could not be read: there may be more to find. */
  readonly inPart?: readonly string[] | undefined;
  /** How many resources were read. */
  readonly resources: number;
}

/** The proxies, worst first; also those that are well. */
export interface ReportProxies {
  readonly rows: readonly ProxyRow[];
  readonly inSync: number;
  /** How many istiods said what they know of proxies, of how many. */
  readonly istiodsAnswered: number;
  readonly istiodsAsked: number;
  /** Whether the pods were known, so that proxies which never connected could be found. */
  readonly podsKnown: boolean;
}

/** One certificate and all who hold it. */
export interface ReportCertificate {
  /** `workload`: a proxy's identity; `root`: trusted to sign; `intermediate`: between them; `server`: of a gateway or webhook. */
  readonly role: 'workload' | 'root' | 'intermediate' | 'server';
  /** SPIFFE ID, DNS names or subject. */
  readonly name: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** At the moment that the report is of. `soon`: near enough to its end to act, by the rules of `expiryWarnings`. */
  readonly state: 'valid' | 'soon' | 'expired' | 'not yet valid';
  /** Proxy IDs, `ConfigMap ns/name`, `Secret ns/name`: sorted. */
  readonly holders: readonly string[];
}

/** Certificates by the date of their end, first ones first. */
export interface ReportCertificates {
  readonly certificates: readonly ReportCertificate[];
  /** Whose certificates could not be read. */
  readonly unread: readonly { readonly who: string; readonly why: string }[];
}

/** Who runs which version. */
export interface ReportVersions {
  /** Control plane by version. */
  readonly istiods: readonly {
    readonly version: string;
    readonly revision: string;
    readonly pods: readonly string[];
  }[];
  /** Proxies by version; ztunnels and waypoints among them. */
  readonly proxies: readonly { readonly version: string; readonly count: number }[];
  readonly skew: readonly VersionSkew[];
  /** kubelets of the nodes by version. */
  readonly nodes: readonly { readonly version: string; readonly count: number }[];
}

/** A count by something: `{ label: 'cds', value: 12 }`. */
export interface LabelledValue {
  readonly label: string;
  readonly value: number;
}

/** What the metrics of one istiod say since it started; a chart each. `undefined` where the metrics do not have it. */
export interface ReportIstiod {
  readonly istiod: string;
  readonly namespace: string;
  /** Why there are no metrics. */
  readonly unread?: string | undefined;
  /** Seconds since the process started. */
  readonly uptimeSeconds?: number | undefined;
  /** Connected proxies, by version. `pilot_xds`. */
  readonly connections?: readonly LabelledValue[] | undefined;
  /** Pushes by type of xDS resource. `pilot_xds_pushes`, those that went well. */
  readonly pushes?: readonly LabelledValue[] | undefined;
  /** Pushes that failed, and refusals by proxies, by type. `pilot_xds_pushes{type=~".*_senderr"}`, `pilot_total_xds_rejects`, `pilot_xds_*_reject`. */
  readonly errors?: readonly LabelledValue[] | undefined;
  /** Why pushes were made. `pilot_push_triggers`. */
  readonly triggers?: readonly LabelledValue[] | undefined;
  /** Time from a change to the proxies' having it: how many pushes took at most so many seconds, not cumulative. `pilot_proxy_convergence_time`. */
  readonly convergence?:
    | readonly { readonly upToSeconds: number | 'more'; readonly count: number }[]
    | undefined;
  /** Conflicts and endpoints without a pod, by name of the metric, only those that are not 0. */
  readonly conflicts?: readonly LabelledValue[] | undefined;
}

/** Something that could not be read. */
export interface ReportGap {
  readonly what: string;
  readonly why: string;
  readonly next?: string | undefined;
  /** Objects that are concerned, where it is about some. */
  readonly resource?: ResourceRef | undefined;
}
