import { asNumber, asObject, asObjects, asString, field } from '../util/json.ts';

/** The alternatives of a VirtualService's `match`, each in words; empty when everything matches. */
export function requestMatches(match: unknown): readonly string[] {
  const alternatives = asObjects(match).map((one) =>
    [
      textOf('path', one['uri']),
      textOf('method', one['method']),
      textOf('host', one['authority']),
      textOf('scheme', one['scheme']),
      ...namedTexts('header', one['headers']),
      ...namedTexts('without header', one['withoutHeaders']),
      ...namedTexts('query', one['queryParams']),
      portText(one['port']),
      listText('SNI', one['sniHosts']),
      listText('to', one['destinationSubnets']),
      labelsText(one['sourceLabels']),
      fromText(one['sourceNamespace']),
    ]
      .filter((part) => part !== undefined)
      .join(' and '),
  );
  return alternatives.some((text) => text === '') ? [] : alternatives;
}

function textOf(what: string, value: unknown): string | undefined {
  const exact = asString(field(value, 'exact'));
  if (exact !== undefined)
    return what === 'path' || what === 'method' ? `${what} ${exact}` : `${what}=${exact}`;
  const prefix = asString(field(value, 'prefix'));
  if (prefix !== undefined) return `${what} ${prefix}*`;
  const regex = asString(field(value, 'regex'));
  if (regex !== undefined) return `${what} ~ ${regex}`;
  return asObject(value) === undefined ? undefined : `${what} is there`;
}

function namedTexts(what: string, value: unknown): (string | undefined)[] {
  return Object.entries(asObject(value) ?? {}).map(([name, one]) => textOf(`${what} ${name}`, one));
}

function portText(value: unknown): string | undefined {
  const port = asNumber(value);
  return port === undefined ? undefined : `port ${port}`;
}

function listText(what: string, value: unknown): string | undefined {
  return Array.isArray(value) && value.length > 0 ? `${what} ${value.join(', ')}` : undefined;
}

function labelsText(value: unknown): string | undefined {
  const labels = Object.entries(asObject(value) ?? {});
  if (labels.length === 0) return undefined;
  return `from pods with ${labels.map(([key, one]) => `${key}=${String(one)}`).join(',')}`;
}

function fromText(value: unknown): string | undefined {
  const namespace = asString(value);
  return namespace === undefined ? undefined : `from namespace ${namespace}`;
}
