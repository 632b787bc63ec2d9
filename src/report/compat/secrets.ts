import type { ProxySecretsAnswer } from '../../answers/proxy-secrets.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import { secretTable } from '../secret-table-compat.ts';

/** Reports a proxy's secrets in the reference's table. */
export const compatSecretsReport = eachProxyCompat((answer: ProxySecretsAnswer) => secretTable(answer.rows));
