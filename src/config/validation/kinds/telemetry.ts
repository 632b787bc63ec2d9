import { checkTargets } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

/** A Telemetry (analyzers, section 4.14, except for the grammar of filters). */
export function checkTelemetry(spec: Spot): void {
  checkTargets(spec);
  for (const list of ['metrics', 'tracing', 'accessLogging']) {
    for (const entry of spec.items(list))
      for (const provider of entry.items('providers'))
        if (provider.get('name').text === '') provider.error('the provider has no name');
  }
  checkTracing(spec);
  for (const metrics of spec.items('metrics'))
    for (const one of metrics.items('overrides')) checkOverride(one);
  for (const logging of spec.items('accessLogging')) checkFilter(logging.get('filter', 'expression'));
}

function checkTracing(spec: Spot): void {
  const entries = spec.items('tracing');
  if (entries.length > 1) spec.warn('only the first entry of tracing is used', 'tracing');
  for (const tracing of entries) {
    if (tracing.items('providers').length > 1) tracing.warn('only the first provider is used', 'providers');
    const share = tracing.get('randomSamplingPercentage');
    if (share.isSet && (share.number < 0 || share.number > 100)) share.error('it must be between 0 and 100');
    for (const [name, tag] of tracing.entries('customTags')) {
      if (name === '') tag.error('the tag has no name');
      if (tag.has('literal') && tag.get('literal', 'value').text === '')
        tag.error('the literal has no value');
      if (tag.has('header') && tag.get('header', 'name').text === '') tag.error('the header has no name');
      if (tag.has('environment') && tag.get('environment', 'name').text === '')
        tag.error('the environment variable has no name');
    }
  }
}

function checkOverride(override: Spot): void {
  for (const [name, tag] of override.entries('tagOverrides')) {
    if (name === '') tag.warn('the tag has no name');
    const operation = tag.get('operation').text || 'UPSERT';
    const hasValue = tag.get('value').text !== '';
    if (operation === 'UPSERT' && !hasValue) tag.error('UPSERT needs a value');
    if (operation === 'REMOVE' && hasValue) tag.error('REMOVE takes no value', 'value');
  }
  const custom = override.get('match', 'customMetric');
  if (custom.value === '') custom.error('the name of the metric is empty');
}

/** A CEL expression, as far as brackets and quotes go: the rest is for the library of whoever evaluates it. */
function checkFilter(expression: Spot): void {
  if (expression.text === '') return;
  const plain = expression.text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '0');
  const open: string[] = [];
  for (const mark of plain.replace(/[^()[\]{}]/g, '')) {
    if ('([{'.includes(mark)) open.push(mark);
    else if (open.pop() !== '([{'[')]}'.indexOf(mark)]) {
      expression.error('the expression has a bracket that does not fit');
      return;
    }
  }
  if (open.length > 0 || /['"]/.test(plain))
    expression.error('the expression is not complete: a bracket or quote is open');
  else if (/(?:&&|\|\||[=!<>+\-*/%.])\s*$/.test(plain))
    expression.error('the expression ends in an operator');
}
