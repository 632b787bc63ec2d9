export { PROFILE_TEXT } from '../../src/analysis/profile.ts';
export { RULE_FIELDS } from '../../src/analysis/rules/rule-shape.ts';
export { shapeText } from '../../src/analysis/settings/shape.ts';
export { SETTINGS } from '../../src/analysis/settings/table.ts';
export { configSchema, ruleSchema } from '../../src/cli/config-schema.ts';
export { TABLE } from '../../src/cli/defaults.ts';
export { NOT_FROM_FOUND_CONFIG } from '../../src/cli/global-options.ts';
