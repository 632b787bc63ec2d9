import { integer } from './options.ts';

/**
 * `--proxy-admin-port`, for scripts that give it. Recordings have no port, and a live mesh is asked on Istio's own
 * 15000 alone: the text says so, for an answer from another port than the one asked for must not surprise.
 */
export const PROXY_ADMIN_PORT = integer(
  '--proxy-admin-port <port>',
  'accepted for scripts; proxies are asked on port 15000',
  15000,
  { min: 1, max: 65535 },
);
