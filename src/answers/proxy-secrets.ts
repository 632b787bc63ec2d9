import type { ConfigDump } from '../envoy/dump.ts';
import { secretsOf } from '../envoy/secrets.ts';
import type { JsonObject } from '../util/json.ts';
import { type SecretRow, secretRows } from './secret-rows.ts';
import { type SecretsAnswer, secretsAnswer } from './secrets.ts';

/** The secrets in one config_dump: every certificate judged, the reference's rows, and the section itself. */
export interface ProxySecretsAnswer {
  readonly secrets: SecretsAnswer;
  readonly rows: readonly SecretRow[];
  readonly section: JsonObject;
}

/** The secrets of a config_dump as they stand at `now`. Throws a data error when it has no secrets section. */
export function proxySecretsOf(dump: ConfigDump, now: Date): ProxySecretsAnswer {
  const section = dump.require('Secrets');
  const secrets = secretsOf(section);
  return { secrets: secretsAnswer(secrets, now), rows: secretRows(secrets, now), section };
}
