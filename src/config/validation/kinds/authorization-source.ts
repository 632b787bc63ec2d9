import type { Spot } from '../spot.ts';

const MOST_ACCOUNTS = 16;
const LONGEST_ACCOUNT = 320;

/** `serviceAccounts` of a source: `namespace/name`, or a name of the policy's own namespace. */
export function checkServiceAccounts(list: Spot): void {
  if (list.texts.length > MOST_ACCOUNTS)
    list.error(`more than ${MOST_ACCOUNTS} service accounts can not be listed`);
  list.texts.forEach((account, index) => {
    const problem = accountProblem(account);
    if (problem !== undefined) list.error(problem, index);
  });
}

/** Why a text is no service account; `undefined` when it is one. */
export function accountProblem(account: string): string | undefined {
  if (account === '') return 'the service account is empty';
  if (account.includes('*')) return 'wildcards are not supported in service accounts';
  const parts = account.split('/');
  if (parts.length > 2 || parts.includes('')) return `"${account}" is not of the form namespace/name`;
  return account.length > LONGEST_ACCOUNT ? `it is longer than ${LONGEST_ACCOUNT} characters` : undefined;
}

/** `trustDomains` of a source: names, with one `*` at the beginning or the end. */
export function checkTrustDomains(list: Spot): void {
  list.texts.forEach((domain, index) => {
    const problem = trustDomainProblem(domain);
    if (problem !== undefined) list.error(problem, index);
  });
}

/** Why a text is no pattern of a trust domain; `undefined` when it is one. */
export function trustDomainProblem(domain: string): string | undefined {
  if (domain === '') return 'the trust domain is empty';
  if (domain.includes('/')) return 'a trust domain has no "/"';
  const stars = domain.split('*').length - 1;
  if (stars > 1) return 'there can be one "*" only';
  return stars === 1 && !domain.startsWith('*') && !domain.endsWith('*') && domain !== '*'
    ? '"*" can be at the beginning or at the end only'
    : undefined;
}
