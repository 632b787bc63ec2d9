import { asArray, asNumber, asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Retries that the timeout of their route cuts off. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.RetryBudgetAnalyzer',
  description: 'Checks that the timeout of a route leaves time for its retries.',
  inputs: ['VirtualService'],
  messages,
  codes: ['MSH0020'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('VirtualService')) {
      asArray(field(resource, 'spec', 'http')).forEach((route, index) => {
        const [timeout, perTry] = [
          asString(field(route, 'timeout')),
          asString(field(route, 'retries', 'perTryTimeout')),
        ];
        const attempts = asNumber(field(route, 'retries', 'attempts')) ?? 0;
        const [whole, each] = [milliseconds(timeout), milliseconds(perTry)];
        if (whole === undefined || each === undefined || attempts === 0) return;
        // The last retry must at least be able to begin.
        if (each * attempts < whole) return;
        const path = ['spec', 'http', index, 'timeout'];
        context.report(
          'MSH0020',
          { timeout: timeout ?? '', attempts, perTry: perTry ?? '' },
          { resource, path },
        );
      });
    }
  },
});

function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, number = '', unit = '']) => sum + Number(number) * (UNITS[unit] ?? 0),
    0,
  );
}
