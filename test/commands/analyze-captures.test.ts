import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

interface Message {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  readonly origin: string;
  readonly path?: string;
  readonly fix: string;
}

async function analyze(source: string): Promise<readonly Message[]> {
  const { stdout } = await run(['analyze', '--from', source, '-A', '-o', 'json']);
  return JSON.parse(stdout) as readonly Message[];
}

/** The faults that were put into the mesh of the demo on purpose: code, object, and words of the right fix. */
const FAULTS = [
  ['IST0101', 'Gateway edge/public', 'create what is missing'],
  ['MSH0014', 'Gateway edge/public', 'Renew the certificate'],
  ['MSH0002', 'VirtualService shop/promo', 'Let the redirect lead to a path or host that no redirect takes'],
  ['IST0101', 'VirtualService shop/cart', 'Correct the name'],
  ['IST0101', 'VirtualService shop/recommender-v2', 'Correct the name'],
  ['MSH0012', 'DestinationRule payments/ledger', 'Remove the TLS setting of the rule'],
  ['MSH0013', 'DestinationRule shop/mailer', 'Remove the TLS setting of the rule'],
  ['MSH0029', 'EnvoyFilter shop/search-compressor', 'Correct the type'],
  [
    'MSH0008',
    'AuthorizationPolicy shop/search-old-sa',
    'Correct the namespace or the name of the service account',
  ],
  ['MSH0033', 'AuthorizationPolicy istio-system/no-admin', 'Limit the rule to the ports of HTTP'],
  ['MSH0049', 'Service shop/images', 'Correct the selector'],
  ['MSH0009', 'RequestAuthentication payments/checkout', 'Add an AuthorizationPolicy'],
] as const;

/** What is found besides: objects that are as they were meant, and could be better, or that have a fault of their own. */
const OTHERS = [
  'IST0102 Namespace default',
  'IST0102 Namespace legacy',
  'IST0118 Service shop/images',
  'IST0129 DestinationRule payments/cardpay',
  'IST0133 AuthorizationPolicy istio-system/no-admin',
  'IST0133 EnvoyFilter shop/search-compressor',
  'IST0140 VirtualService shop/storefront',
  'IST0151 EnvoyFilter shop/search-compressor',
  'IST0175 Deployment istio-system/istiod',
  // The port 9090 of ledger: its application listens on 9080 alone.
  'MSH0006 Service payments/ledger',
];

describe.each(['demo', join(ROOT, 'fixtures/meshes/shop')])('the mesh of %s', (source) => {
  test('all deliberate faults are found, each with its fix', async () => {
    const found = await analyze(source);
    for (const [code, origin, fix] of FAULTS) {
      const one = found.find((message) => message.code === code && message.origin === origin);
      expect(one?.fix, `${code} ${origin}`).toContain(fix);
    }
  });

  test('nothing else is found on the healthy objects', async () => {
    const wanted = [...FAULTS.map(([code, origin]) => `${code} ${origin}`), ...OTHERS];
    expect((await analyze(source)).map(({ code, origin }) => `${code} ${origin}`).sort()).toEqual(
      wanted.sort(),
    );
  });
});

test('a misspelt host is answered with the name that is meant', async () => {
  const found = await analyze('demo');
  expect(found.find(({ origin }) => origin === 'VirtualService shop/recommender-v2')?.message).toBe(
    'the host "recommendr" that it refers to does not exist; the nearest is "recommender"',
  );
});

test('the ambient mesh: what is not in force, what asks for a waypoint in vain, and who is in no mode or in two', async () => {
  const own = (await analyze(join(ROOT, 'fixtures/meshes/ambient'))).filter(({ code }) =>
    code.startsWith('MSH'),
  );
  const lines = own.map(({ code, origin, message }) => `${code} ${origin}: ${message}`).sort();
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../fixtures/golden/analyze-ambient-own.txt');
});

const BOOKINFO = join(ROOT, '../shared/captures/bookinfo/snapshot');

test.skipIf(!existsSync(BOOKINFO))('another mesh: our own warnings are about its faults alone', async () => {
  const own = (await analyze(BOOKINFO)).filter(
    ({ code, level }) => code.startsWith('MSH') && level !== 'Info',
  );
  expect(own.map(({ code, origin }) => `${code} ${origin}`)).toEqual(['MSH0049 Service apps/ext-authz']);
});
