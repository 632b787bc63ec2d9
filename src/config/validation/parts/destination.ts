import type { Spot } from '../spot.ts';
import { checkNameLabel, checkPort } from './fields.ts';
import { checkHeaderOperations } from './http-headers.ts';
import { isWildcardDomain } from './names.ts';

/** Where a route leads to (analyzers, section 4.2, rule 21). */
export function checkDestination(destination: Spot): void {
  const host = destination.get('host');
  if (host.text === '*') host.error('"*" can not be a destination');
  else if (!isWildcardDomain(host.text)) host.error(`"${host.text}" is no host name`);
  if (destination.get('subset').text !== '') checkNameLabel(destination.get('subset'), 'name of a subset');
  if (destination.has('port')) checkPort(destination.get('port', 'number'));
}

/** The weighted destinations of a route (rule 26). */
export function checkDestinations(route: Spot): void {
  const entries = route.items('route');
  let sum = 0;
  for (const entry of entries) {
    if (entry.has('destination')) checkDestination(entry.get('destination'));
    else entry.error('the entry of the route has no destination');
    const weight = entry.get('weight');
    if (weight.number < 0) weight.error('a weight must not be negative');
    sum += weight.number;
    checkHeaderOperations(entry.get('headers'));
  }
  if (entries.length > 1 && sum === 0) route.error('the weights add up to 0: nothing would be sent', 'route');
}
