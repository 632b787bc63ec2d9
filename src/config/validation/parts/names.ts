import { isIP } from 'node:net';

const NAME_LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|\*-[-a-zA-Z0-9]*[a-zA-Z0-9]|\*[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const MAX_DOMAIN = 255;
const MAX_PREFIX = 253;
const MAX_QUALIFIED = 63;

/** Whether a text is a name as DNS has it between dots: letters, digits and `-`, 63 characters at the most. */
export function isNameLabel(text: string): boolean {
  return NAME_LABEL.test(text);
}

/** Whether a text is a full domain name; a single label is one, and a trailing dot is allowed. */
export function isFqdn(text: string): boolean {
  return isDomain(text, false);
}

/** Whether a text is a domain name whose first label may be or begin with `*`. */
export function isWildcardDomain(text: string): boolean {
  return isDomain(text, true);
}

function isDomain(text: string, wildcard: boolean): boolean {
  if (text.length === 0 || text.length > MAX_DOMAIN) return false;
  const labels = text.split('.');
  if (labels.at(-1) === '') labels.pop();
  const last = labels.at(-1) ?? '';
  if (labels.length > 1 || !wildcard) if (/^\d+$/.test(last)) return false;
  return (
    labels.length > 0 &&
    labels.every(
      (label, index) => isNameLabel(label) || (wildcard && index === 0 && WILDCARD_LABEL.test(label)),
    )
  );
}

/** Whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** Whether a text is an IP address or a range such as `10.0.0.0/8`. */
export function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Whether a text is a key of a Kubernetes label: an optional DNS prefix, `/`, and a name. */
export function isLabelKey(text: string): boolean {
  const [name = '', prefix, ...more] = text.split('/').reverse();
  if (more.length > 0 || !QUALIFIED.test(name) || name.length > MAX_QUALIFIED) return false;
  return prefix === undefined || (DNS_PREFIX.test(prefix) && prefix.length <= MAX_PREFIX);
}

/** Whether a text is a value of a Kubernetes label: nothing, or a name. */
export function isLabelValue(text: string): boolean {
  return text === '' || QUALIFIED.test(text);
}

/** Whether a number is a port: 1 to 65535. */
export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65535;
}

const PROTOCOLS: ReadonlySet<string> = new Set(
  'tcp udp grpc grpc-web http http_proxy http2 https tls mongo redis mysql'.split(' '),
);
const HTTP_FAMILY: ReadonlySet<string> = new Set('http http2 http_proxy grpc grpc-web'.split(' '));
const TLS_FAMILY: ReadonlySet<string> = new Set(['https', 'tls']);
const TCP_FAMILY: ReadonlySet<string> = new Set('tcp https tls mongo redis mysql'.split(' '));

/** Whether Istio knows a protocol by this name, in any case. */
export function isProtocol(text: string): boolean {
  return PROTOCOLS.has(text.toLowerCase());
}

/** Whether a protocol is HTTP in the clear: its requests are seen. */
export function isHttp(text: string): boolean {
  return HTTP_FAMILY.has(text.toLowerCase());
}

/** Whether a protocol is TLS: it carries the name of the server. */
export function isTls(text: string): boolean {
  return TLS_FAMILY.has(text.toLowerCase());
}

/** Whether a protocol is seen as a stream of bytes. */
export function isTcp(text: string): boolean {
  return TCP_FAMILY.has(text.toLowerCase());
}
