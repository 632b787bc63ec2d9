import { describe, expect, it } from 'vitest';
import { lineTime, severeLines, withinWindow } from '../../../../src/commands/bug-report/log-window.ts';
import { maxBytesOf } from '../../../../src/commands/bug-report/options.ts';
import { parseSelector, selectsPod, workloadName } from '../../../../src/commands/bug-report/selection.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';

function pod(name: string, namespace: string, labels: Record<string, string> = {}): KubeObject {
  const ownerReferences = [
    { kind: 'ReplicaSet', name: name.split('-').slice(0, -1).join('-'), controller: true },
  ];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, ownerReferences } };
}

const CART = pod('cart-v1-66d9-abcde', 'shop', { app: 'cart', 'pod-template-hash': '66d9' });

describe('a selector', () => {
  const selects = (include: readonly string[], exclude: readonly string[] = [], one = CART): boolean =>
    selectsPod(
      one,
      'istio-proxy',
      include.map((spec) => parseSelector(spec, '--include')),
      exclude.map((spec) => parseSelector(spec, '--exclude')),
    );

  it.each([
    ['shop', true],
    ['sho', false],
    ['preshop', false],
    ['sh*', true],
    ['payments,shop', true],
    ['shop/cart-v1', true],
    ['shop/cart', false],
    ['*//cart-*', true],
    ['///app=cart', true],
    ['///app=cart,tier=web', false],
    ['/////istio-proxy', true],
    ['/////app', false],
    ['', true],
  ])('%s includes cart of shop: %s', (spec, expected) => {
    expect(selects([spec])).toBe(expected);
  });

  it('leaves out what is excluded, with or without a namespace', () => {
    expect(selects([], ['//cart-*'])).toBe(false);
    expect(selects(['shop'], ['payments//cart-*'])).toBe(true);
  });

  it('never selects what Kubernetes itself runs', () => {
    expect(selects(['*'], [], pod('proxy-1-a', 'kube-system'))).toBe(false);
  });

  it('takes the Deployment of a pod by the hash of its ReplicaSet', () => {
    expect(workloadName(CART)).toBe('cart-v1');
    expect(workloadName({ ...CART, metadata: { name: 'bare', namespace: 'shop' } })).toBe('bare');
  });
});

describe('a log', () => {
  const LOG = [
    'before any time',
    '2026-11-23T02:00:00Z\tinfo\tone',
    '2026-11-23T02:10:00.5Z\terror\ttwo',
    '  at a stack',
    '[2026-11-23T02:20:00.123Z] "GET / HTTP/1.1" 200',
    '{"level":"warn","time":"2026-11-23T02:30:00Z","msg":"four"}',
    '',
  ].join('\n');
  const kept = (start?: string, end?: string): string =>
    Buffer.from(
      withinWindow(Buffer.from(LOG), {
        start: start === undefined ? undefined : Date.parse(start),
        end: end === undefined ? undefined : Date.parse(end),
      }),
    ).toString();

  it('is whole without a window', () => expect(kept()).toBe(LOG));
  it('begins at its start, with the lines that belong to the first', () =>
    expect(kept('2026-11-23T02:05:00Z')).toBe(LOG.slice(LOG.indexOf('2026-11-23T02:10'))));
  it('ends at its end', () =>
    expect(kept(undefined, '2026-11-23T02:15:00Z')).toBe(LOG.slice(0, LOG.indexOf('[2026'))));
  it('tells the time of every form of line, and of no other', () => {
    expect(LOG.split('\n').map((line) => lineTime(line) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });
  it('has severe lines that match, and are not ignored', () => {
    expect(severeLines(Buffer.from(LOG), [], [])).toBe(2);
    expect(severeLines(Buffer.from(LOG), [/^two$/], [])).toBe(1);
    expect(severeLines(Buffer.from(LOG), [], [/two/])).toBe(1);
  });
});

describe('a size', () => {
  it.each([
    ['100MB', 100 * 1024 * 1024],
    ['1.5 GiB', 1.5 * 1024 ** 3],
    ['512K', 512 * 1024],
    ['1048576', 1048576],
  ])('%s is %d bytes', (text, bytes) => expect(maxBytesOf(text)).toBe(bytes));
  it.each(['', '0', '10', '-5MB', '5XB'])('"%s" is refused', (text) =>
    expect(() => maxBytesOf(text)).toThrow('no size'),
  );
});
