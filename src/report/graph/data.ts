import type { GraphAnswer } from '../../answers/graph/graph-answer.ts';
import { json as jsonOf } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { yaml as yamlOf } from '../yaml.ts';

/** The graph with nodes, references and their places, cycles, broken references, and the tree or impact asked for. */
export const json: Reporter<GraphAnswer> = (answer, options) => jsonOf(answer, options);

/** The same in YAML. */
export const yaml: Reporter<GraphAnswer> = (answer, options) => yamlOf(answer, options);
