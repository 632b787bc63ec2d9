import type { LiveOptions } from '../sources/live-options.ts';
import type { AnyCommand } from './command-table.ts';
import { integer, text } from './options.ts';

/** `--proxy-admin-port`: where the admin page of a proxy listens. A recording has no port. */
export const PROXY_ADMIN_PORT = integer(
  '--proxy-admin-port <port>',
  'port of the admin page of proxies, in a live mesh',
  15000,
  { min: 1, max: 65535 },
);

/** Which Envoy outside Kubernetes is asked in the place of a pod's. */
export const OUTSIDE_OPTIONS = {
  adminUrl: text('--admin-url <url>', 'ask the Envoy whose admin page is at this URL instead of a pod'),
  ssh: text('--ssh <user@host>', 'ask the Envoy on this machine, by ssh and curl there, instead of a pod'),
} as const;

/** Values of `OUTSIDE_OPTIONS`. */
export interface OutsideValues {
  readonly adminUrl?: string | undefined;
  readonly ssh?: string | undefined;
}

/** For commands that compare the Envoy outside with a mesh: the mesh stays what is read. */
export const BESIDE_MESH: LiveOptions = { adminUrl: undefined, ssh: undefined };

/** Name of the Envoy that the options put in the place of a pod's; `undefined` when they name none. */
export function outsideName(options: OutsideValues): string | undefined {
  return options.ssh ?? options.adminUrl?.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** How a run's options change the reading of a live mesh: those on admin pages, and what the command itself says. */
export function liveOptionsOf(
  command: AnyCommand,
  input: { readonly args: readonly string[]; readonly options: Readonly<Record<string, unknown>> },
): LiveOptions {
  const { proxyAdminPort, adminUrl, ssh } = input.options;
  return {
    ...(typeof proxyAdminPort === 'number' ? { adminPort: proxyAdminPort } : {}),
    ...(typeof adminUrl === 'string' ? { adminUrl } : {}),
    ...(typeof ssh === 'string' ? { ssh } : {}),
    ...command.live?.(input),
  };
}
