import { isRentedWord, type KnownNames, rentedLength } from './known-names.ts';
import type { NamePseudonyms } from './name-pseudonyms.ts';
import { isDashedAddress } from './rename-addresses.ts';
import { KEPT_WORDS, TOP_LEVELS } from './vocabulary.ts';

/** Escapes of strings and URLs, which are no part of the word behind them; or a word, with dots in it. */
const TOKEN =
  /\\+(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[0-7]{3}|[A-Za-z])|%(?:25)*[0-9A-Fa-f]{2}|[A-Za-z0-9_-]+(?:\\*\.[A-Za-z0-9_-]+)*/g;
/** `CART_SERVICE_HOST`: variables that Kubernetes makes of the names of services. */
const VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const IDENTITY = /(?:spiffe:\/\/([^/\s"'*]{1,253}))?(?:^|\/)ns\/([a-z0-9-]{1,63})\/sa\/([a-z0-9.-]{1,253})/g;
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
    const rented = to - rentedLength(labels.slice(from, to).join('.').toLowerCase());
    return parts
      .map((part, index) => {
        if (index % 2 === 1) return part;
        const at = index / 2;
        if (at < from || at >= to) return this.#label(part);
        return rented < to && (at >= rented || isRentedWord(part))
          ? part
          : this.#hostLabel(part, at === to - 1);
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
    if (core.includes('_') || isDashedAddress(core)) return label;
    if (isLast && TOP_LEVELS.has(core) && !this.known.hasLabel(core)) return label;
    return before + this.#inCaseOf(core, this.names.label(core.toLowerCase())) + behind;
  }

  /** A word that stands for itself; of one that is made of several, the known names in it. */
  #label(label: string): string {
    const [, before = '', core = '', behind = ''] = /^([-_]*)(.*?)([-_]*)$/.exec(label) ?? [];
    if (core === '' || KEPT_WORDS.has(core)) return label;
    if (this.known.hasLabel(core)) return before + this.names.label(core) + behind;
    if (VARIABLE.test(core))
      return (
        before + this.#compound(core.toLowerCase().split('_')).replaceAll('-', '_').toUpperCase() + behind
      );
    if (!core.includes('-')) return label;
    // Kubernetes joins names to paths of logs by underscores, which no name holds.
    const parts = core.split('_').map((part) => this.#known(part) ?? this.#compound(part.split('-')));
    return before + parts.join('_') + behind;
  }

  #known(label: string): string | undefined {
    return this.known.hasLabel(label) ? this.names.label(label) : undefined;
  }

  #inCaseOf(name: string, pseudonym: string): string {
    return name === name.toUpperCase() && /[A-Z]/.test(name) ? pseudonym.toUpperCase() : pseudonym;
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
