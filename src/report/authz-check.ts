import type { AuthzCheckAnswer } from '../answers/authz-check.ts';
import type { ProxyAnswers } from '../answers/proxy-answers.ts';
import { authzPoliciesText } from './authz-policies.ts';
import { jsonText } from './json.ts';
import { dataOfProxies } from './proxy-answers.ts';
import type { Reporter } from './reporter.ts';
import { yaml } from './yaml.ts';

/** Each proxy's authorization; the label stands in its first line. */
export const authzCheckReport: Reporter<ProxyAnswers<AuthzCheckAnswer>> = ({ proxies }, options) =>
  proxies.map(({ value }) => authzPoliciesText(value.policies, options, value)).join('\n');

/** Our view as JSON; of several proxies an object by name. */
export const authzCheckJson: Reporter<ProxyAnswers<AuthzCheckAnswer>> = (answer) =>
  jsonText(dataOfProxies(answer, ({ policies }) => policies));

/** As `authzCheckJson`, in YAML. */
export const authzCheckYaml: Reporter<ProxyAnswers<AuthzCheckAnswer>> = (answer, options) =>
  yaml(
    dataOfProxies(answer, ({ policies }) => policies),
    options,
  );
