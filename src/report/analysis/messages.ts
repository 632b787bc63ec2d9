import { type Finding, resourceText } from '../../analysis/finding.ts';
import { uniqueFingerprints } from '../../analysis/fingerprint.ts';
import type { AnalysisAnswer } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { json as jsonOf } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { yaml as yamlOf } from '../yaml.ts';

const LEVEL = { error: 'Error', warning: 'Warning', info: 'Info' } as const;
const DOCS = 'https://istio.io/latest/docs/reference/config/analysis';

/** The findings as a list with the reference tool's fields, and more behind them. */
export const json: Reporter<AnalysisAnswer | AnalyzerList> = (answer, options) =>
  jsonOf(data(answer), options);

/** The same in YAML. */
export const yaml: Reporter<AnalysisAnswer | AnalyzerList> = (answer, options) =>
  yamlOf(data(answer), options);

function data(answer: AnalysisAnswer | AnalyzerList): unknown {
  if (!('findings' in answer)) return answer;
  const prints = uniqueFingerprints(answer.findings);
  return answer.findings.map((finding, index) => message(finding, prints[index] ?? ''));
}

function message(finding: Finding, print: string): Readonly<Record<string, unknown>> {
  const { code, level, resource, cluster, location } = finding;
  const isTheirs = code.startsWith('IST');
  return {
    code,
    ...(isTheirs ? { documentationUrl: `${DOCS}/${code.toLowerCase()}/` } : {}),
    level: LEVEL[level],
    message: finding.message,
    ...(resource === undefined ? {} : { origin: resourceText(resource) }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(location?.file === undefined
      ? {}
      : { reference: location.line === undefined ? location.file : `${location.file}:${location.line}` }),
    ...(location?.path === undefined ? {} : { path: location.path }),
    ...(location?.line === undefined ? {} : { line: location.line, column: location.column }),
    why: finding.why,
    fix: finding.fix,
    confidence: finding.confidence,
    fingerprint: print,
    ...(finding.related.length === 0 ? {} : { related: finding.related.map(resourceText) }),
    ...(finding.evidence.length === 0 ? {} : { evidence: finding.evidence }),
  };
}
