import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readFixture, readRules, testAnalyzer } from 'meshscope/analyzer/testing';
import { analyzer as canaryWeight } from '../canary-weight.js';

const text = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('a canary that takes most requests is flagged, a small one is not', () => {
  const { missing, unexpected } = testAnalyzer(
    canaryWeight,
    readFixture(text('fixtures/canary-weight.yaml')),
  );
  assert.deepEqual({ missing, unexpected }, { missing: [], unexpected: [] });
});

test('a Service with pods names its team', () => {
  const [rule] = readRules(text('rules/team-label.yaml'));
  const report = testAnalyzer(rule, readFixture(text('fixtures/team-label.yaml')));
  assert.deepEqual([report.missing, report.unexpected], [[], []]);
  assert.equal(report.findings[0].message, 'the Service cart names no team, and has 1 pods');
});
