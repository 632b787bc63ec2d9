/**
 * The front door for analyzers, ours and those of others (package entry `meshscope/analyzer`): everything that an
 * analyzer may use or its tests need, and nothing that reads files, the network or the clock.
 */
export type { Refusal } from '../config/crd/refusal.ts';
export type { KubeObject, ObjectMeta } from '../kube/object.ts';
export {
  equalitySelector,
  type LabelSelector,
  matchesSelector,
  objectSelector,
} from '../kube/selector.ts';
export { KINDS, type Kind } from '../mesh/kinds.ts';
export { createResourceSet, type ResourceLookup, type ResourceSet } from '../mesh/resource-set.ts';
export {
  asArray,
  asBoolean,
  asNumber,
  asObject,
  asObjects,
  asString,
  asStrings,
  field,
  type JsonObject,
} from '../util/json.ts';
export {
  type AnalysisContext,
  type Analyzer,
  type AnalyzerDefinition,
  defineAnalyzer,
  type FindingPlace,
} from './analyzer.ts';
export { FIELD_MESSAGES } from './field-messages.ts';
export { fieldsAnalyzer } from './fields-analyzer.ts';
export type { FieldPath, Finding, FindingLocation, ResourceRef } from './finding.ts';
export {
  type Catalogue,
  defineMessages,
  type Level,
  type MessageArgs,
  type MessageDefinition,
} from './message.ts';
export { RUN_MESSAGES, SHARED_MESSAGES } from './messages.ts';
export {
  type AnalysisResult,
  type AnalyzerRun,
  type RunOptions,
  runAnalyzers,
  type SkippedAnalyzer,
} from './runner.ts';
export { validationAnalyzer } from './validation-analyzer.ts';
