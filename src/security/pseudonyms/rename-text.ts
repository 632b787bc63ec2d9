import type { KnownNames } from './known-names.ts';
import type { NamePseudonyms } from './name-pseudonyms.ts';
import { KEPT_WORDS, TOP_LEVELS } from './vocabulary.ts';

/** Escapes of strings and URLs, which are no part of the word behind them; or a word, with dots in it. */
const TOKEN = /\\+[A-Za-z]|%[0-9A-Fa-f]{2}|[A-Za-z0-9_-]+(?:\\*\.[A-Za-z0-9_-]+)*/g;
const IDENTITY = /(?:spiffe:\/\/([^/\s"'*]{1,253}))?(?:^|\/)ns\/([a-z0-9-]{1,63})\/sa\/([a-z0-9.-]{1,253})/g;
/** Variables by which the containers of a namespace find its Services. Source: k8s.io/kubernetes/pkg/kubelet/envvars. */
const SERVICE_VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:SERVICE_(?:HOST|PORT)|PORT)(?:_[A-Z0-9_]+)?$/;
const LONGEST_VARIABLE = 200;
/** Shorter names of any characters are too likely to be a part of something else. */
const SHORTEST_WHOLE = 3;
/** No more tokens are remembered. */
const MOST_CACHED = 200_000;

/** Puts pseudonyms in the place of the names in a text: whole words only. */
export class NameRenamer {
  readonly #cache = new Map<string, string>();
  #size = -1;
  readonly #wholes = new Set<string>();
  #whole: RegExp | undefined;

  constructor(
    readonly known: KnownNames,
    readonly names: NamePseudonyms,
  ) {}

  /** Learns a name of any characters, such as `gke_acme_europe-west1_shop`: it is hidden as it is written. */
  learnWhole(name: string): void {
    if (name.length < SHORTEST_WHOLE || KEPT_WORDS.has(name.toLowerCase())) return;
    this.#wholes.add(name);
    // The longest first: one name may begin with another.
    const sources = [...this.#wholes].sort((a, b) => b.length - a.length).map((one) => escaped(one));
    this.#whole = new RegExp(`(?<![\\w-])(?:${sources.join('|')})(?![\\w-])`, 'g');
  }

  /** A text with pseudonyms in the place of those names. */
  wholes(text: string): string {
    return this.#whole === undefined ? text : text.replace(this.#whole, (name) => this.names.whole(name));
  }

  text(text: string): string {
    if (text.length < 2) return text;
    if (text.includes('/sa/')) this.#learnIdentities(text);
    return text.replace(TOKEN, (token, at: number) => {
      if (token.startsWith('\\') || token.startsWith('%')) return token;
      if (text[at + token.length] === '@' && this.#isMailbox(text, at + token.length + 1))
        return token.replace(/[A-Za-z0-9-]+/g, (label) => this.names.label(label));
      return this.#token(token);
    });
  }

  #learnIdentities(text: string): void {
    for (const [, domain, namespace, account] of text.matchAll(IDENTITY)) {
      if (domain !== undefined) this.known.addHost(domain);
      if (namespace !== undefined) this.known.add(namespace);
      if (account !== undefined) this.known.add(account);
    }
  }

  #isMailbox(text: string, at: number): boolean {
    const [host] = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/.exec(text.slice(at, at + 260)) ?? [];
    return host !== undefined && this.known.isHost(host.toLowerCase());
  }

  #token(token: string): string {
    if (this.#size !== this.known.size || this.#cache.size > MOST_CACHED) {
      this.#cache.clear();
      this.#size = this.known.size;
    }
    const cached = this.#cache.get(token);
    if (cached !== undefined) return cached;
    const renamed = this.#uncached(token);
    this.#cache.set(token, renamed);
    return renamed;
  }

  #uncached(token: string): string {
    if (!token.includes('.')) return this.#label(token);
    const parts = token.split(/(\\*\.)/);
    const labels = parts.filter((_, index) => index % 2 === 0);
    const [from, to] = this.#hostIn(labels.map((label) => label.replace(/_$/, '')));
    return parts
      .map((part, index) => {
        if (index % 2 === 1) return part;
        const at = index / 2;
        return at >= from && at < to ? this.#hostLabel(part, at === to - 1) : this.#label(part);
      })
      .join('');
  }

  /** Where in a dotted word a host stands: statistics have more before and behind it. */
  #hostIn(labels: readonly string[]): readonly [number, number] {
    for (let from = 0; from < labels.length - 1; from += 1) {
      for (let to = labels.length; to - from >= 2; to -= 1) {
        const host = labels.slice(from, to).join('.');
        if (!this.known.isHost(host)) continue;
        this.known.addHost(host);
        return [from, to];
      }
    }
    return [0, 0];
  }

  #hostLabel(label: string, isLast: boolean): string {
    const [, before = '', core = '', behind = ''] = /^([-_]*)(.*?)([-_]*)$/.exec(label) ?? [];
    if (core.includes('_')) return label;
    if (isLast && TOP_LEVELS.has(core) && !this.known.hasLabel(core)) return label;
    return before + this.names.label(core.toLowerCase()) + behind;
  }

  /** A word that stands for itself; of one that is made of several, the known names in it. */
  #label(label: string): string {
    const [, before = '', core = '', behind = ''] = /^([-_]*)(.*?)([-_]*)$/.exec(label) ?? [];
    if (core === '' || KEPT_WORDS.has(core)) return label;
    if (this.known.hasLabel(core)) return before + this.names.label(core) + behind;
    if (core.length < LONGEST_VARIABLE && SERVICE_VARIABLE.test(core))
      return before + this.#serviceVariable(core) + behind;
    if (!core.includes('-')) return label;
    return before + this.#compound(core.split('-')) + behind;
  }

  /** `SHOP_CART_SERVICE_HOST` names the Service `shop-cart`. */
  #serviceVariable(variable: string): string {
    const words = variable.split('_');
    for (let end = words.length - 1; end > 0; end -= 1) {
      const name = words.slice(0, end).join('-').toLowerCase();
      if (!/^(?:SERVICE|PORT)$/.test(words[end] ?? '') || !this.known.hasLabel(name)) continue;
      const renamed = this.names.label(name).toUpperCase().replaceAll('-', '_');
      return [renamed, ...words.slice(end)].join('_');
    }
    return variable;
  }

  #compound(parts: readonly string[]): string {
    const renamed: string[] = [];
    for (let at = 0; at < parts.length; ) {
      let end = parts.length;
      while (end > at && !this.known.hasLabel(parts.slice(at, end).join('-'))) end -= 1;
      if (end === at) renamed.push(parts[at++] ?? '');
      else {
        renamed.push(this.names.label(parts.slice(at, end).join('-')));
        at = end;
      }
    }
    return renamed.join('-');
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const V4 = /(?<!\d)(?<!\d\.)(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2})(?!\d))?(?!\d)(?!\.\d)/g;
const V6 =
  /(?<![0-9A-Za-z:.])([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?)(?:\/(\d{1,3})(?!\d))?(?![0-9A-Za-z:])/g;
/** Nodes and pods are called by their address: `ip-10-0-1-23`, `10-0-1-23.shop.pod.cluster.local`. */
const DASHED = /(?<![\dA-Za-z-])((?:ip-)?)(\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3})(?![\dA-Za-z-])/g;
const DASHED_PRIVATE = /^(?:10|192-168|172-(?:1[6-9]|2\d|3[01])|100-(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))-/;

/** What stands for an address, and for the first address of a range with that many leading bits. */
export interface AddressNames {
  address(text: string): string;
  network(text: string, length: number): string;
}

/** Puts something else in the place of the IP addresses and ranges in a text. */
export function renameAddresses(text: string, addresses: AddressNames): string {
  const replace = (all: string, address: string, length: string | undefined): string => {
    if (length === undefined) return addresses.address(address);
    const network = addresses.network(address, Number(length));
    return network + all.slice(address.length);
  };
  let renamed = text;
  if (text.includes('.')) renamed = renamed.replace(V4, replace);
  if (text.includes('::') || /:[0-9A-Fa-f]{1,4}:/.test(text)) renamed = renamed.replace(V6, replace);
  if (!/\d-\d+-\d+-\d/.test(text)) return renamed;
  return renamed.replace(DASHED, (all: string, head: string, dashed: string) => {
    if (head === '' && !DASHED_PRIVATE.test(dashed)) return all;
    const address = dashed.replaceAll('-', '.');
    return head + addresses.address(address).replaceAll('.', '-');
  });
}
