export { questionText } from '../../src/commands/bug-report/dry-run.ts';
export { PLAN } from '../../src/commands/bug-report/plan.ts';
