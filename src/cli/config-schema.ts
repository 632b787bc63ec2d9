import { RULE, RULE_FIELDS } from '../analysis/rules/rule-shape.ts';
import { fieldSchemas, shapeSchema } from '../analysis/settings/json-schema.ts';
import { SETTINGS } from '../analysis/settings/table.ts';
import type { JsonObject } from '../util/json.ts';
import { TABLE } from './defaults.ts';
import { NOT_FROM_FOUND_CONFIG } from './global-options.ts';
import { longName, type OptionSpec } from './options.ts';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The JSON Schema of the configuration file (dist/meshscope.schema.json). */
export function configSchema(): JsonObject {
  return {
    $schema: DRAFT,
    title: 'Configuration of meshscope (.meshscope.yaml)',
    type: ['object', 'null'],
    properties: {
      ...Object.fromEntries(
        Object.entries(TABLE).flatMap(([name, spec]) =>
          name === 'config'
            ? []
            : [...new Set([name, longName(spec)])].map((key) => [key, optionSchema(name, spec)]),
        ),
      ),
      ...fieldSchemas(SETTINGS),
    },
    additionalProperties: false,
  };
}

/** The JSON Schema of a rule (dist/meshscope-rule.schema.json). */
export function ruleSchema(): JsonObject {
  return {
    $schema: DRAFT,
    title: 'Rule of meshscope',
    type: 'object',
    properties: {
      apiVersion: { const: RULE.apiVersion },
      kind: { const: RULE.kind },
      metadata: {
        type: 'object',
        properties: { name: { type: 'string', minLength: 1 } },
        required: ['name'],
      },
      spec: shapeSchema({ kind: 'fields', fields: RULE_FIELDS }),
    },
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
  };
}

function optionSchema(name: string, spec: OptionSpec<unknown>): JsonObject {
  const note = NOT_FROM_FOUND_CONFIG.has(name) ? ' (only in a file that --config names)' : '';
  const description = `${spec.description || 'default format of output'}${note}`;
  switch (spec.kind) {
    case 'boolean':
      return { description, type: 'boolean' };
    case 'integer':
      return { description, type: 'integer' };
    case 'list':
      return { description, type: ['array', 'string'], items: { type: 'string' } };
    case 'choice':
      return {
        description,
        enum: [...new Set([...(spec.choices ?? []), ...Object.keys(spec.synonyms ?? {})])],
      };
    default:
      return { description, type: 'string' };
  }
}
