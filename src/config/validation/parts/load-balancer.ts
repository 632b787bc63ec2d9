import type { Spot } from '../spot.ts';
import { checkDuration } from './fields.ts';

const MAX_TABLE = 5_000_011;
const TOPOLOGY: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
]);

/** `loadBalancer` (analyzers, section 4.1, rules 41 to 55). */
export function checkLoadBalancer(balancer: Spot, hasOutlierDetection: boolean): void {
  if (!balancer.isSet) return;
  checkConsistentHash(balancer.get('consistentHash'));
  const [locality, zone] = [balancer.get('localityLbSetting'), balancer.get('zoneAwareLbSetting')];
  if (locality.isSet && zone.isSet)
    zone.error('localityLbSetting and zoneAwareLbSetting can not be set together');
  checkLocality(locality, hasOutlierDetection);
  checkZoneAware(zone, hasOutlierDetection);
  checkWarmup(balancer.get('warmup'));
}

function checkConsistentHash(hash: Spot): void {
  if (!hash.isSet) return;
  const cookie = hash.get('httpCookie');
  if (cookie.isSet && cookie.get('name').text === '') cookie.error('the cookie has no name');
  const seen = new Set<string>();
  for (const attribute of cookie.items('attributes')) {
    const name = attribute.get('name').text;
    if (name === '') attribute.error('the attribute of the cookie has no name');
    else if (seen.has(name)) attribute.error(`the attribute ${name} is listed twice`);
    seen.add(name);
  }
  const [ring, maglev] = [hash.get('ringHash'), hash.get('maglev')];
  const size = hash.get('minimumRingSize');
  if (size.number !== 0) {
    size.warn('minimumRingSize is deprecated: use ringHash.minimumRingSize');
    if (ring.isSet || maglev.isSet) size.error('it can not be set together with ringHash or maglev');
  }
  if (maglev.isSet) checkTable(maglev.get('tableSize'));
}

function checkTable(size: Spot): void {
  if (!size.isSet) return;
  const { number } = size;
  if (number === 0) size.error('the table size must be greater than 0');
  if (number >= MAX_TABLE) size.error(`the table size must be less than ${MAX_TABLE}`);
  if (!isPrime(number)) size.error('the table size must be a prime number');
}

function isPrime(number: number): boolean {
  if (!Number.isInteger(number) || number < 2 || number > MAX_TABLE) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

function checkWarmup(warmup: Spot): void {
  if (!warmup.isSet) return;
  if (warmup.has('duration')) checkDuration(warmup.get('duration'));
  else warmup.error('the warmup has no duration');
  const least = warmup.get('minimumPercent');
  if (least.number > 100) least.error('it must be 100 at the most');
  const aggression = warmup.get('aggression');
  if (aggression.isSet && aggression.number <= 0) aggression.error('it must be greater than 0');
}

function checkLocality(locality: Spot, hasOutlierDetection: boolean): void {
  if (!locality.isSet) return;
  const [distribute, failover] = [locality.items('distribute'), locality.items('failover')];
  if (distribute.length > 0 && failover.length > 0) {
    locality.error('distribute and failover can not be set together', 'failover');
    return;
  }
  const priority = locality.get('failoverPriority');
  if (failover.length > 0 && priority.texts.some((label) => TOPOLOGY.has(label.split('=')[0] ?? ''))) {
    priority.error('topology labels can not be in failoverPriority while failover is set');
    return;
  }
  if (!checkDistribution(locality, distribute)) return;
  if ((failover.length > 0 || priority.texts.length > 0) && !hasOutlierDetection)
    locality.warn('failover needs outlierDetection: without it no endpoint ever counts as failed');
  checkFailover(failover);
}

function checkDistribution(locality: Spot, distribute: readonly Spot[]): boolean {
  for (const entry of distribute) {
    let sum = 0;
    for (const [, weight] of entry.entries('to')) {
      if (weight.number < 1 || weight.number > 100) {
        weight.error('a weight must be between 1 and 100');
        return false;
      }
      sum += weight.number;
    }
    if (sum !== 100) {
      entry.error(`the weights add up to ${sum}, not to 100`, 'to');
      return false;
    }
    checkLocalities(
      entry.get('to'),
      entry.entries('to').map(([key]) => key),
    );
  }
  checkLocalities(
    locality.get('distribute'),
    distribute.map((entry) => entry.get('from').text),
  );
  return true;
}

/** Names `region/zone/subzone`, of which none takes in another one; `*` only as the last part. */
function checkLocalities(spot: Spot, localities: readonly string[]): void {
  const before: string[][] = [];
  for (const locality of localities) {
    const parts = locality.split('/');
    if (parts.slice(0, -1).includes('*')) spot.error(`"*" can only be the last part of "${locality}"`);
    if (parts.includes('')) spot.error(`a part of the locality "${locality}" is empty`);
    const other = before.find((one) => overlap(one, parts));
    if (other !== undefined) spot.error(`the localities "${locality}" and "${other.join('/')}" overlap`);
    before.push(parts);
  }
}

function overlap(a: readonly string[], b: readonly string[]): boolean {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [one, other] = [a[index], b[index]];
    if (one === undefined || other === undefined || one === '*' || other === '*') return true;
    if (one !== other) return false;
  }
  return true;
}

function checkFailover(failover: readonly Spot[]): void {
  for (const entry of failover) {
    const [from, to] = [entry.get('from').text, entry.get('to').text];
    if (from === to) entry.error('a region can not fail over to itself');
    if (`${from}${to}`.includes('/')) entry.error('failover is between regions: a name can not have "/"');
    if (`${from}${to}`.includes('*')) entry.error('wildcards are not supported in failover');
  }
}

function checkZoneAware(zone: Spot, hasOutlierDetection: boolean): void {
  if (!zone.isSet) return;
  const priority = zone.get('failoverPriority');
  priority.texts.forEach((label, index) => {
    if (TOPOLOGY.has(label.split('=')[0] ?? ''))
      priority.error('topology labels can not be in failoverPriority of zoneAwareLbSetting', index);
  });
  const failover = zone.items('failover');
  if ((failover.length > 0 || priority.texts.length > 0) && !hasOutlierDetection)
    zone.warn('failover needs outlierDetection: without it no endpoint ever counts as failed');
  checkFailover(failover);
}
