import { decodeText } from '../../../util/load-json.ts';

/**
 * The part of a container in the file in which `kubectl cluster-info dump` puts the logs of a pod one after the other;
 * `undefined` when it has none of that container. Text without such parts is that of the only container.
 */
export function containerPart(bytes: Uint8Array, container: string): Uint8Array | undefined {
  const text = decodeText(bytes);
  const starts = [...text.matchAll(/^==== START logs for container (\S+) of pod .*$/gm)];
  if (starts.length === 0) return bytes;
  const start = starts.find((match) => match[1] === container);
  if (start === undefined) return undefined;
  const from = start.index + start[0].length + 1;
  const end = text.indexOf(`==== END logs for container ${container} of pod `, from);
  return Buffer.from(text.slice(from, end === -1 ? undefined : end));
}
