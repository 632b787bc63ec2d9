export { EXAMPLES } from '../../analyzers/examples.ts';
export { ANALYZERS, CATALOGUE } from '../../analyzers/index.ts';
export { KIALI_CODES } from '../../src/analysis/kiali-codes.ts';
