import { defineMessages } from '#analysis';

/** What analyzers of request authentication report. */
export const messages = defineMessages({
  IST0175: {
    name: 'JwksUriFetchUnrestricted',
    level: 'warning',
    template:
      'istiod fetches the keys of {count} RequestAuthentication from any address that they name: {names}',
    why: 'Whoever may write a RequestAuthentication can make istiod send requests to addresses inside the cluster or to the metadata service of the cloud.',
    fix: 'Set the environment variable BLOCKED_CIDRS_IN_JWKS_URIS of istiod to the ranges that it must not reach.',
  },
});
