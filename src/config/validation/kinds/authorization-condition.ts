import { isAddressOrRange } from '../parts/names.ts';
import type { Spot } from '../spot.ts';
import { accountProblem, trustDomainProblem } from './authorization-source.ts';

const PLAIN: ReadonlySet<string> = new Set([
  'source.ip',
  'remote.ip',
  'source.namespace',
  'source.principal',
  'source.serviceAccount',
  'source.trustDomain',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'destination.ip',
  'destination.port',
  'connection.sni',
]);
const KEYED = /^(request\.headers|request\.auth\.claims|experimental\.envoy\.filters\..+?)(.*)$/;
const REMOVED: Readonly<Record<string, string>> = {
  'destination.namespace': 'put the policy into that namespace',
  'destination.labels': 'use a selector',
  'destination.name': 'use a selector',
  'destination.user': 'use a selector',
};

/** One condition of a rule (analyzers, section 4.10, rule 7). */
export function checkCondition(when: Spot): void {
  const key = when.get('key');
  if (key.text === '') {
    when.error('the condition has no key');
    return;
  }
  const lists = [when.get('values'), when.get('notValues')];
  if (!lists.some((list) => list.isSet)) when.error('the condition has neither values nor notValues');
  const problem = keyProblem(key.text);
  if (problem !== undefined) key.error(problem);
  for (const list of lists) {
    list.texts.forEach((value, index) => {
      const wrong = value === '' ? 'an empty text matches nothing' : valueProblem(key.text, value);
      if (wrong !== undefined) list.error(wrong, index);
    });
  }
}

function keyProblem(key: string): string | undefined {
  const instead = REMOVED[key.replace(/\[.*$/, '')];
  if (instead !== undefined) return `the attribute ${key} is gone: ${instead}`;
  if (PLAIN.has(key)) return undefined;
  const keyed = KEYED.exec(key);
  if (keyed === null) return `the attribute ${key} is not known`;
  const isWhole = /^[^[\]]+(?:\[[^[\]]+\])+$/.test(key);
  return isWhole
    ? undefined
    : `the attribute ${key} needs a name in brackets, such as request.headers[x-user]`;
}

function valueProblem(key: string, value: string): string | undefined {
  switch (key) {
    case 'source.ip':
    case 'remote.ip':
    case 'destination.ip':
      return isAddressOrRange(value)
        ? undefined
        : `"${value}" is neither an address nor a range of addresses`;
    case 'destination.port':
      return /^\d+$/.test(value) && Number(value) <= 65535 ? undefined : `"${value}" is no port number`;
    case 'source.serviceAccount':
      return accountProblem(value);
    case 'source.trustDomain':
      return trustDomainProblem(value);
    default:
      return undefined;
  }
}
