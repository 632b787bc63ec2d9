import { isIP } from 'node:net';
import { usageError } from '../../util/errors.ts';

/** The admin page of an Envoy at a URL. */
export interface AdminAddress {
  readonly url: URL;
  /** Whether what it answers can be read and changed on its way. */
  readonly exposed: boolean;
}

/**
 * The address that `--admin-url` names: `http://` or `https://`, a host and a port. Plain HTTP to another machine
 * works, but is exposed: nothing secret is sent, yet what comes back is not to be trusted blindly. Throws a usage error
 * for anything else, also for a path or a login, which an admin page does not have.
 */
export function parseAdminUrl(text: string): AdminAddress {
  const hint = 'such as --admin-url http://127.0.0.1:15000';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw usageError(`--admin-url: "${text}" is not a URL`, { hint });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw usageError(`--admin-url: ${url.protocol}// is not supported`, { hint });
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError('--admin-url: the admin page of Envoy takes no login', { hint });
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw usageError('--admin-url: the address alone, without a path', { hint: `--admin-url ${url.origin}` });
  }
  return { url, exposed: url.protocol === 'http:' && !isLoopback(url.hostname) };
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** A user and a host as ssh takes them; neither may look like an option of ssh. */
const SSH_HOST = /^(?:ssh:\/\/)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_[][A-Za-z0-9_.:%\]-]*$/;

/** The destination that `--ssh` names: `host`, `user@host` or `ssh://user@host:port`. Throws a usage error otherwise. */
export function parseSshHost(text: string): string {
  if (SSH_HOST.test(text)) return text;
  throw usageError(`--ssh: "${text}" is not a host`, { hint: 'such as --ssh user@vm-1.example.com' });
}
