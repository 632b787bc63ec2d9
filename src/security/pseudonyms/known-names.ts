import {
  KEPT_PREFIXES,
  KEPT_SUFFIXES,
  KEPT_WORDS,
  OTHER_ENDS,
  RENTED_SUFFIXES,
  RENTED_WORDS,
  TOP_LEVELS,
  WEAK_ENDS,
} from './vocabulary.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,251}[a-z0-9])?$/;
const HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** Shorter ones are too likely to be a part of something else. */
const SHORTEST = 2;

/** Whether objects may have this name: a label, or labels with dots. */
export function isNameOfObjects(name: string): boolean {
  return LABEL.test(name) || HOST.test(name);
}

/** The names that are to be hidden, as far as they are known: labels that stand for themselves, and hosts. */
export class KnownNames {
  readonly #labels = new Set<string>();
  readonly #hosts = new Set<string>();
  readonly #words: ReadonlySet<string>;

  /** `words`: what somebody asked to hide besides, exactly as written. */
  constructor(words: readonly string[] = []) {
    this.#words = new Set(words);
    for (const word of words) this.add(word.toLowerCase());
  }

  /** Grows with each new name: what was looked up before may be answered anew. */
  get size(): number {
    return this.#labels.size + this.#hosts.size;
  }

  /** A name of an object: a label, or labels with dots. */
  add(name: string): void {
    if (name.includes('.')) {
      this.addHost(name);
      return;
    }
    if (name.length < SHORTEST || !LABEL.test(name)) return;
    if (KEPT_WORDS.has(name) && !this.#words.has(name)) return;
    if (!/[a-z]{2}/.test(name)) return;
    this.#labels.add(name);
  }

  /** A host; `*.` in front and a port behind are passed over. A host of one label is a name. */
  addHost(text: string): void {
    const host = text
      .replace(/^(?:\*\.|\.)+/, '')
      .replace(/:\d+$/, '')
      .replace(/\.$/, '')
      .toLowerCase();
    if (!host.includes('.')) {
      this.add(host);
      return;
    }
    if (!HOST.test(host) || isEverybodys(host) || /^[\d.]+$/.test(host)) return;
    const inCluster = clusterLabels(host);
    if (inCluster.length > 0) {
      for (const label of inCluster) this.add(label);
      return;
    }
    const labels = host.split('.');
    // Its domain, too, but not what many share: `example.co.uk` and not `co.uk`.
    for (let at = 0; labels.length - at >= 2; at += 1) {
      const domain = labels.slice(at);
      if (domain.every((label) => KEPT_WORDS.has(label) || TOP_LEVELS.has(label))) break;
      if (domain.length <= rentedLength(host) || isRentedWord(domain[0] ?? '')) break;
      this.#hosts.add(domain.join('.'));
    }
  }

  hasLabel(label: string): boolean {
    return this.#labels.has(label);
  }

  /** Whether a dotted text is a host, by what is known, or by its form. */
  isHost(text: string): boolean {
    const host = text.toLowerCase();
    if (isEverybodys(host)) return false;
    const labels = host.split('.');
    for (let at = 0; labels.length - at >= 2; at += 1)
      if (this.#hosts.has(labels.slice(at).join('.'))) return true;
    // Below what a cloud lends to many, only those that were seen where hosts stand.
    if (rentedLength(host) > 0) return false;
    if (clusterLabels(host).length > 0) return true;
    const last = labels.at(-1) ?? '';
    if (!TOP_LEVELS.has(last) || OTHER_ENDS.has(last) || !HOST.test(host) || host !== text) return false;
    return !WEAK_ENDS.has(last) || labels.length > 2;
  }
}

/** Names in a host of the cluster: `cart` and `shop` of `cart.shop.svc.cluster.local`. */
export function clusterLabels(host: string): readonly string[] {
  const labels = host.split('.');
  const at = labels.indexOf('svc');
  if (at < 2 || !(at === labels.length - 1 || labels.length - at >= 2)) return [];
  return labels.slice(0, at).filter((label) => LABEL.test(label));
}

/** How many of the last labels of a host belong to the cloud that lends it, with services and places of the cloud. */
export function rentedLength(host: string): number {
  const suffix = RENTED_SUFFIXES.find((end) => host === end || host.endsWith(`.${end}`));
  return suffix === undefined ? 0 : suffix.split('.').length;
}

/** Whether a label of such a host names a service (`rds`) or a place (`eu-west-1`) of the cloud. */
export function isRentedWord(label: string): boolean {
  return (
    RENTED_WORDS.has(label) ||
    KEPT_WORDS.has(label) ||
    /^[a-z]{2}(?:-[a-z]{2,10}){1,2}-?\d[a-z]?$/.test(label)
  );
}

/** Hosts of projects that everybody uses, types of protobuf, names of Envoy's filters: nobody's names. */
function isEverybodys(host: string): boolean {
  if (KEPT_WORDS.has(host)) return true;
  const first = host.slice(0, host.indexOf('.'));
  if (KEPT_PREFIXES.has(first)) return true;
  return KEPT_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}
