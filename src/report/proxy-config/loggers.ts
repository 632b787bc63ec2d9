import type { LoggersAnswer } from '../../answers/envoy-loggers.ts';
import type { ProxyAnswers } from '../../answers/proxy-answers.ts';
import { escapeControl, escapeLine } from '../../util/text.ts';
import { jsonText } from '../json.ts';
import { dataOfProxies, eachProxy } from '../proxy-answers.ts';
import { alignedTable } from '../table.ts';
import { yamlText } from '../yaml.ts';

/** Reports loggers: those with another level than most in a table, the rest counted. */
export const loggersReport = eachProxy(({ loggers, usual }: LoggersAnswer, options) => {
  const special = loggers.filter((logger) => logger.level !== usual);
  const table =
    special.length === 0
      ? ''
      : alignedTable(
          ['LOGGER', 'LEVEL'],
          special.map(({ name, level }) => [name, level]),
          options,
        );
  const rest = loggers.length - special.length;
  return `${table}${rest} ${rest === 1 ? 'logger' : 'loggers'} at ${usual}\n`;
});

/** Reports the page as the reference does: the proxy's name, then Envoy's own text. */
export const compatLoggersReport = (answer: ProxyAnswers<LoggersAnswer>): string =>
  answer.proxies.map(({ label, value }) => `${escapeLine(label)}:\n${escapeControl(value.text)}`).join('');

const levels = (answer: ProxyAnswers<LoggersAnswer>): unknown =>
  dataOfProxies(answer, ({ loggers }) => ({
    apiVersion: 'meshscope.io/v1',
    kind: 'EnvoyLoggers',
    // A list, for a member named after the logger `secret` would be taken for one.
    loggers: loggers.map(({ name, level }) => ({ name, level })),
  }));

/** The levels by logger as JSON. */
export const loggersJson = (answer: ProxyAnswers<LoggersAnswer>): string => jsonText(levels(answer));

/** The levels by logger as YAML. */
export const loggersYaml = (answer: ProxyAnswers<LoggersAnswer>): string => yamlText(levels(answer));
