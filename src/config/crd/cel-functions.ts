import { isIP } from 'node:net';
import type { CelDeclarations, CelFunction } from '../cel/cel.ts';

/** An absolute URL, or one that begins with a slash, as Kubernetes' rules see it. */
class KubeUrl {
  readonly url: URL;
  readonly isAbsolute: boolean;

  constructor(text: string) {
    this.isAbsolute = !text.startsWith('/');
    this.url = new URL(text, this.isAbsolute ? undefined : 'http://none');
  }

  /** What a rule asks for, empty where the text has none. */
  part(name: 'protocol' | 'host' | 'hostname' | 'port'): string {
    if (!this.isAbsolute) return '';
    return name === 'protocol' ? this.url.protocol.slice(0, -1) : this.url[name];
  }
}

function isUrl(text: string): boolean {
  try {
    return new KubeUrl(text).url !== undefined;
  } catch {
    return false;
  }
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

type Value = bigint | number | string;

function extreme(list: readonly Value[], sign: 1 | -1): Value {
  const [first] = list;
  if (first === undefined) throw new Error('the list is empty');
  return list.reduce((best, one) => (one < best === (sign === -1) ? one : best), first);
}

const PARTS = { getScheme: 'protocol', getHost: 'host', getHostname: 'hostname', getPort: 'port' } as const;

const FUNCTIONS: readonly CelFunction[] = [
  ...Object.entries(PARTS).map(([name, part]) => ({
    signature: `Url.${name}(): string`,
    handler: (url: KubeUrl) => url.part(part),
  })),
  { signature: 'Url.getEscapedPath(): string', handler: ({ url }: KubeUrl) => url.pathname },
  { signature: 'url(string): Url', handler: (text: string) => new KubeUrl(text) },
  { signature: 'isURL(string): bool', handler: isUrl },
  { signature: 'isIP(string): bool', handler: (text: string) => isIP(text) !== 0 },
  { signature: 'isCIDR(string): bool', handler: isCidr },
  { signature: 'list<dyn>.min(): dyn', handler: (list: readonly Value[]) => extreme(list, 1) },
  { signature: 'list<dyn>.max(): dyn', handler: (list: readonly Value[]) => extreme(list, -1) },
  {
    signature: 'list<dyn>.isSorted(): bool',
    handler: (list: readonly Value[]) =>
      list.every((one, index) => index === 0 || (list[index - 1] as Value) <= one),
  },
  {
    signature: 'list<dyn>.indexOf(dyn): int',
    handler: (list: readonly Value[], one: Value) => BigInt(list.indexOf(one)),
  },
  {
    signature: 'string.replace(string, string): string',
    handler: (text: string, from: string, to: string) => text.split(from).join(to),
  },
];

/**
 * The language of the rules of CRDs: what Kubernetes has beyond CEL itself and CRDs of Istio and of the Gateway API use,
 * with what goes with it. A rule that needs anything else can't be evaluated, which is said.
 */
export const KUBERNETES_RULES: CelDeclarations = {
  variables: { self: 'dyn' },
  functions: FUNCTIONS,
  types: { Url: KubeUrl },
};
