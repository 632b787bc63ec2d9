/**
 * For the tests of analyzers, ours and those of others (package entry `meshscope/analyzer/testing`): reads fixtures, runs
 * an analyzer or a rule on them, and says what differs from what their comments expect. Reads no files: texts are handed in.
 */
export {
  type AnalyzerFixture,
  type Expectation,
  type FixtureReport,
  readFixture,
  testAnalyzer,
} from './testing/fixture.ts';
export { readRules } from './testing/rules.ts';
