import { asString, field } from '../../util/json.ts';
import type { KubeObject } from '../object.ts';

/**
 * The proxy image that an injector's ConfigMap (key `values`, JSON) names: `global.proxy.image` when it is a whole
 * address, else hub, image and tag; `undefined` when it can't be told.
 */
export function injectedImage(configMap: KubeObject | undefined): string | undefined {
  const text = asString(field(configMap, 'data', 'values'));
  if (text === undefined) return undefined;
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return undefined;
  }
  const image = asString(field(values, 'global', 'proxy', 'image')) ?? '';
  if (image.includes('/')) return image;
  const hub = asString(field(values, 'global', 'hub'));
  const tag = field(values, 'global', 'tag');
  if (hub === undefined || (typeof tag !== 'string' && typeof tag !== 'number')) return undefined;
  return `${hub}/${image}:${tag}`;
}
