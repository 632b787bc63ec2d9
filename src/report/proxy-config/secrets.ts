import type { ProxySecretsAnswer } from '../../answers/proxy-secrets.ts';
import { eachProxy } from '../proxy-answers.ts';
import { secretsText } from '../secrets.ts';

/** Reports a proxy's secrets in our table. */
export const secretsReport = eachProxy((answer: ProxySecretsAnswer, options) =>
  secretsText(answer.secrets, options),
);
