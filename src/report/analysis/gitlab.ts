import { uniqueFingerprints } from '../../analysis/fingerprint.ts';
import { type AnalysisAnswer, subjectText } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { jsonText } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { relativePath, sentence } from './words.ts';

const SEVERITY = { error: 'critical', warning: 'major', info: 'info' } as const;

/** A Code Quality report of GitLab: findings of a cluster stand under the name of their resource. */
export const gitlab: Reporter<AnalysisAnswer | AnalyzerList> = (answer) => {
  if (!('findings' in answer)) return jsonText(answer);
  const prints = uniqueFingerprints(answer.findings);
  return jsonText(
    answer.findings.map((finding, index) => ({
      description: `${finding.code} ${subjectText(finding)}: ${sentence(finding.message)} ${finding.fix}`,
      check_name: finding.code,
      fingerprint: prints[index],
      severity: SEVERITY[finding.level],
      location: {
        path: relativePath(finding.location?.file ?? subjectText(finding), answer.root),
        lines: { begin: finding.location?.line ?? 1 },
      },
    })),
  );
};
