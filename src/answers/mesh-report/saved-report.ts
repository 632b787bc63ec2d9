import {
  aFlag,
  aList,
  aMapOf,
  aNumber,
  anObject,
  aText,
  aWord,
  eitherOf,
  type ShapeCheck,
} from '../../util/shape-check.ts';
import { PROBLEM_KINDS } from '../proxy-problem.ts';
import type { MeshReport } from './mesh-report.ts';

// The shape of a report as JSON, field by field as in mesh-report.ts. What reporters read must be here.

const LEVEL = aWord('error', 'warning', 'info');
const TEXTS = aList(aText);
const RESOURCE = anObject({ kind: aText, name: aText }, { group: aText, namespace: aText });
const PLACE = anObject({ path: aText }, { file: aText, line: aNumber, column: aNumber });
const FINDING = anObject(
  {
    code: aText,
    level: LEVEL,
    message: aText,
    why: aText,
    fix: aText,
    related: aList(RESOURCE),
    evidence: TEXTS,
    confidence: aWord('certain', 'likely'),
    docs: aText,
  },
  {
    args: aMapOf(eitherOf(aText, aNumber)),
    resource: RESOURCE,
    cluster: aText,
    location: anObject({}, { file: aText, line: aNumber, column: aNumber, path: aText }),
  },
);
const PROBLEM = anObject(
  { kind: aWord(...PROBLEM_KINDS), types: TEXTS, detail: aText },
  {
    since: aText,
    neverAccepted: aFlag,
    brief: aText,
    mild: aFlag,
    rejections: aList(anObject({ reason: aText, mentions: TEXTS }, { name: aText })),
    suspects: aList(anObject({ namespace: aText, name: aText, mention: aText })),
  },
);
const ROW = anObject(
  {
    proxy: aText,
    cluster: aText,
    namespace: aText,
    type: aWord('sidecar', 'router', 'waypoint', 'ztunnel', 'unknown'),
    state: aWord(...PROBLEM_KINDS, 'in-sync'),
    problems: aList(PROBLEM),
    types: aList(
      anObject(
        { type: aText, status: aWord('SYNCED', 'STALE', 'ERROR', 'NOT SENT', 'UNKNOWN') },
        { lastSent: aText, error: aText },
      ),
    ),
  },
  { istiod: aText, version: aText, node: aText },
);
const CERTIFICATE = anObject({
  role: aWord('workload', 'root', 'intermediate', 'server'),
  name: aText,
  serial: aText,
  notBefore: aText,
  notAfter: aText,
  state: aWord('valid', 'soon', 'expired', 'not yet valid'),
  holders: TEXTS,
});
const VERSION_COUNT = anObject({ version: aText, count: aNumber });
const SKEW = anObject({
  proxyVersion: aText,
  controlPlaneVersion: aText,
  relation: aWord('older', 'newer'),
  minors: aNumber,
  supported: aFlag,
  proxies: TEXTS,
});
const VALUES = aList(anObject({ label: aText, value: aNumber }));
const ISTIOD = anObject(
  { istiod: aText, namespace: aText },
  {
    unread: aText,
    uptimeSeconds: aNumber,
    connections: VALUES,
    pushes: VALUES,
    errors: VALUES,
    triggers: VALUES,
    convergence: aList(anObject({ upToSeconds: eitherOf(aNumber, aWord('more')), count: aNumber })),
    conflicts: VALUES,
  },
);
const EDGE = {
  from: aText,
  to: aText,
  relation: aText,
  written: aText,
  state: aText,
  place: PLACE,
} as const;
const GRAPH = anObject(
  {
    nodes: aList(
      anObject(
        { id: aText, kind: aText, name: aText, state: aWord('there', 'missing', 'unknown', 'outside') },
        { namespace: aText, place: PLACE },
      ),
    ),
    edges: aList(anObject(EDGE, { note: aText })),
    cycles: aList(
      anObject(
        {
          kind: aText,
          level: LEVEL,
          title: aText,
          why: aText,
          steps: aList(anObject({ from: aText, to: aText, place: PLACE }, { resource: aText })),
        },
        { fix: aText },
      ),
    ),
    dangling: aList(
      anObject({ ...EDGE, level: LEVEL, what: aText, why: aText, near: TEXTS }, { note: aText }),
    ),
  },
  { findings: aMapOf(aList(FINDING)) },
);
const SECTION = aWord('findings', 'proxies', 'certificates', 'versions', 'graph', 'control-plane', 'gaps');

const REPORT: ShapeCheck = anObject(
  {
    apiVersion: aWord('meshscope.io/v1'),
    kind: aWord('MeshReport'),
    subject: anObject(
      { source: aText, takenAt: aText, madeBy: aText, istioNamespace: aText, clusters: TEXTS },
      { redaction: aText, namespace: aText, revision: aText },
    ),
    verdict: anObject({
      level: aWord('error', 'warning', 'good', 'unknown'),
      title: aText,
      reasons: aList(
        anObject({ level: aWord('error', 'warning', 'unknown'), text: aText, section: SECTION }),
      ),
    }),
    findings: anObject(
      {
        counts: anObject({ error: aNumber, warning: aNumber, info: aNumber }),
        findings: aList(FINDING),
        skipped: aList(anObject({ analyzer: aText, why: aText })),
        resources: aNumber,
      },
      { inPart: TEXTS },
    ),
    proxies: anObject({
      rows: aList(ROW),
      inSync: aNumber,
      istiodsAnswered: aNumber,
      istiodsAsked: aNumber,
      podsKnown: aFlag,
    }),
    certificates: anObject({
      certificates: aList(CERTIFICATE),
      unread: aList(anObject({ who: aText, why: aText })),
    }),
    versions: anObject({
      istiods: aList(anObject({ version: aText, revision: aText, pods: TEXTS })),
      proxies: aList(VERSION_COUNT),
      skew: aList(SKEW),
      nodes: aList(VERSION_COUNT),
    }),
    controlPlane: aList(ISTIOD),
    gaps: aList(anObject({ what: aText, why: aText }, { next: aText, resource: RESOURCE })),
  },
  { graph: GRAPH },
);

/** A report from its JSON; otherwise the first place that is not as a report has it. */
export function savedReport(value: unknown): { readonly report: MeshReport } | { readonly wrong: string } {
  const wrong = REPORT(value, '');
  return wrong === undefined ? { report: value as MeshReport } : { wrong };
}
