import { validationAnalyzer } from '#analysis';

/** Each WasmPlugin by itself. */
export const analyzer = validationAnalyzer('WasmPlugin', ['IST0106', 'IST0133']);
