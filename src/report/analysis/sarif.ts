import { type Finding, type ResourceRef, resourceText } from '../../analysis/finding.ts';
import { uniqueFingerprints } from '../../analysis/fingerprint.ts';
import type { MessageDefinition } from '../../analysis/message.ts';
import { codeProblem } from '../../analysis/own-code.ts';
import type { AnalysisAnswer } from '../../answers/analysis.ts';
import type { AnalyzerList } from '../../answers/analyzer-list.ts';
import { MESHSCOPE_VERSION } from '../../util/version.ts';
import { jsonText } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { relativePath, sentence } from './words.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const;
const ROOT = '%SRCROOT%';

/** A log of the Static Analysis Results Interchange Format, version 2.1.0: one run, a rule for each code found. */
export const sarif: Reporter<AnalysisAnswer | AnalyzerList> = (answer) =>
  jsonText('findings' in answer ? { $schema: SCHEMA, version: '2.1.0', runs: [runOf(answer)] } : answer);

function runOf(answer: AnalysisAnswer): Readonly<Record<string, unknown>> {
  const codes = [...new Set(answer.findings.map(({ code }) => code))];
  const prints = uniqueFingerprints(answer.findings);
  return {
    tool: {
      driver: {
        name: 'meshscope',
        semanticVersion: MESHSCOPE_VERSION,
        rules: codes.map((code) => rule(code, answer.rules[code])),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { description: { text: 'The folder that meshscope was run in.' } } },
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          ...answer.unfinished.map((name) => notification(`The analyzer ${name} did not finish in time.`)),
          ...answer.skipped.map(({ analyzer, missing }) =>
            notification(`The analyzer ${analyzer} was skipped: ${missing.join(', ')} could not be read.`),
          ),
        ],
      },
    ],
    results: answer.findings.map((finding, index) => ({
      ruleId: finding.code,
      ruleIndex: codes.indexOf(finding.code),
      level: LEVEL[finding.level],
      message: { text: `${sentence(finding.message)} ${finding.fix}` },
      locations: [location(finding, answer.root)],
      ...(finding.related.length === 0 ? {} : { relatedLocations: finding.related.map(relatedLocation) }),
      // GitHub knows a finding again by the first one.
      partialFingerprints: {
        primaryLocationLineHash: `${prints[index]}:1`,
        'meshscopeFinding/v1': prints[index],
      },
      properties: { confidence: finding.confidence, evidence: finding.evidence },
    })),
  };
}

function notification(text: string): Readonly<Record<string, unknown>> {
  return { level: 'warning', message: { text } };
}

function rule(code: string, definition: MessageDefinition | undefined): Readonly<Record<string, unknown>> {
  if (definition === undefined) return { id: code };
  const { name, why, fix, level } = definition;
  // What rules and plugins of the user find is not in the catalogue that explain reads.
  const command = codeProblem(code) === undefined ? undefined : `meshscope explain ${code}`;
  const [more, markdown] = command === undefined ? ['', ''] : [`\n\n${command}`, `\n\n\`${command}\``];
  return {
    id: code,
    name,
    shortDescription: { text: words(name) },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${fix}${more}`, markdown: `${why}\n\n**Fix:** ${fix}${markdown}` },
    defaultConfiguration: { level: LEVEL[level] },
    properties: { tags: ['istio', 'service-mesh'] },
  };
}

/** `SchemaValidationError` → `Schema validation error`. */
function words(name: string): string {
  const split = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return split.replace(/ ([A-Z])(?=[a-z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
}

function location({ resource, location: at }: Finding, root: string): Readonly<Record<string, unknown>> {
  return {
    ...(at?.file === undefined
      ? {}
      : {
          physicalLocation: {
            artifactLocation: artifact(at.file, root),
            ...(at.line === undefined ? {} : { region: { startLine: at.line, startColumn: at.column ?? 1 } }),
          },
        }),
    ...(resource === undefined ? {} : { logicalLocations: [logical(resource, at?.path)] }),
    ...(at?.file === undefined && resource === undefined ? { message: { text: 'the run itself' } } : {}),
  };
}

/** A path as a URI: relative to the folder of the run where it lies in there. */
function artifact(file: string, root: string): Readonly<Record<string, unknown>> {
  const path = relativePath(file, root);
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: ROOT };
}

function logical(resource: ResourceRef, path: string | undefined): Readonly<Record<string, unknown>> {
  const name = resourceText(resource);
  return {
    name: resource.name,
    fullyQualifiedName: path === undefined ? name : `${name}.${path}`,
    kind: 'resource',
  };
}

function relatedLocation(resource: ResourceRef, index: number): Readonly<Record<string, unknown>> {
  return {
    id: index,
    logicalLocations: [logical(resource, undefined)],
    message: { text: resourceText(resource) },
  };
}
