import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';

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

/**
 * Adds the functions that Kubernetes has beyond the language itself and that CRDs of Istio and of the Gateway API use,
 * with what goes with them. A rule that needs any other can't be evaluated, which is said.
 */
export function addKubernetesFunctions(environment: Environment): Environment {
  environment.registerType('Url', KubeUrl);
  const parts = { getScheme: 'protocol', getHost: 'host', getHostname: 'hostname', getPort: 'port' } as const;
  for (const [name, part] of Object.entries(parts))
    environment.registerFunction(`Url.${name}(): string`, (url: KubeUrl) => url.part(part));
  return environment
    .registerFunction('Url.getEscapedPath(): string', ({ url }: KubeUrl) => url.pathname)
    .registerFunction('url(string): Url', (text: string) => new KubeUrl(text))
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
    .registerFunction('isCIDR(string): bool', isCidr)
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      return new RegExp(pattern).exec(text)?.[0] ?? '';
    })
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => {
      return [...text.matchAll(new RegExp(pattern, 'g'))].map(([found]) => found);
    })
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.split(from).join(to),
    )
    .registerFunction('list<dyn>.min(): dyn', (list: readonly Value[]) => extreme(list, 1))
    .registerFunction('list<dyn>.max(): dyn', (list: readonly Value[]) => extreme(list, -1))
    .registerFunction('list<dyn>.isSorted(): bool', (list: readonly Value[]) =>
      list.every((one, index) => index === 0 || (list[index - 1] as Value) <= one),
    )
    .registerFunction('list<dyn>.indexOf(dyn): int', (list: readonly Value[], one: Value) =>
      BigInt(list.indexOf(one)),
    );
}
