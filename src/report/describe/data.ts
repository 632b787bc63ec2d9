import type { DescribeAnswer } from '../../answers/describe/reference.ts';
import { json } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { yaml } from '../yaml.ts';

/** Reports a description as JSON. */
export const describeJson: Reporter<DescribeAnswer<unknown>> = (answer, options) =>
  json(answer.kind === 'ours' ? answer.description : undefined, options);

/** Reports a description as YAML. */
export const describeYaml: Reporter<DescribeAnswer<unknown>> = (answer, options) =>
  yaml(answer.kind === 'ours' ? answer.description : undefined, options);
