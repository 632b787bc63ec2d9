import { type Entry, listenerEntries } from '../../envoy/entry.ts';
import { secretsOf } from '../../envoy/secrets.ts';
import type { ProxyRow } from '../proxy-row.ts';
import { secretsAnswer } from '../secrets.ts';
import type { EnvoyFacts } from './envoy-facts.ts';
import type { DescribeProblem } from './problem.ts';

/** What the proxy of a pod lacks: by istiod's account of it (`row`), and by its own dump. */
export function proxyProblems(
  id: string,
  envoy: EnvoyFacts,
  row: ProxyRow | undefined,
  now: Date,
): DescribeProblem[] {
  return [
    ...unreachable(id, envoy, row),
    ...syncProblems(id, row),
    ...(envoy.kind === 'read'
      ? [...rejectedListeners(listenersOf(envoy)), ...secretProblems(id, envoy, now)]
      : []),
  ];
}

/** The listeners of a dump; none when it has no such section. */
export function listenersOf(envoy: EnvoyFacts): readonly Entry[] {
  return envoy.kind === 'read' && envoy.dump.has('Listeners') ? listenerEntries(envoy.dump) : [];
}

function unreachable(id: string, envoy: EnvoyFacts, row: ProxyRow | undefined): DescribeProblem[] {
  if (envoy.kind !== 'failed' || row?.state !== 'never-connected') return [];
  return [
    {
      level: 'bad',
      kind: 'no-proxy-process',
      text: 'the proxy of this pod does not run: no istiod knows it, and it answers nobody',
      why: `${row.problems[0]?.detail ?? ''}; callers get connection refused (503 UF) as long as it is an endpoint`,
      next: `kubectl logs ${id.split('.')[0] ?? id} -c istio-proxy; meshscope proxy-status ${id}`,
    },
  ];
}

function syncProblems(id: string, row: ProxyRow | undefined): DescribeProblem[] {
  if (row === undefined) return [];
  return row.problems.flatMap((one): DescribeProblem[] => {
    if (one.kind === 'never-connected' || one.kind === 'unknown' || one.kind === 'not-compared') return [];
    const suspects = (one.suspects ?? []).map(({ namespace, name }) => `EnvoyFilter ${namespace}/${name}`);
    const types = one.types.length === 0 ? '' : ` (${one.types.join(', ')})`;
    return [
      {
        level: one.kind === 'rejected' ? 'bad' : one.mild === true ? 'note' : 'warn',
        kind: `proxy-${one.kind}`,
        text: `${TEXTS[one.kind] ?? one.kind}${types}: ${one.brief ?? one.detail}`,
        where: suspects.length === 0 ? undefined : suspects.join(', '),
        why: WHY[one.kind],
        next: `meshscope proxy-status ${id} shows what it lacks`,
      },
    ];
  });
}

const TEXTS: Readonly<Record<string, string>> = {
  rejected: 'Envoy refuses what istiod sends',
  stale: 'the proxy does not take what istiod sends',
  'version-skew': 'proxy and istiod differ in version',
  starting: 'the proxy is starting',
};

const WHY: Readonly<Record<string, string>> = {
  rejected: 'it works on with what it had before, if it had anything',
  stale: 'changes since then are not in force in this pod',
};

/** A refused listener without an older version: nothing listens there. */
function rejectedListeners(listeners: readonly Entry[]): DescribeProblem[] {
  return listeners
    .filter(({ state }) => state === 'rejected')
    .map(({ name, rejection }) => ({
      level: 'bad' as const,
      kind: 'listener-rejected',
      text: `Envoy refused listener ${name}: ${(rejection?.details ?? '').replace(/\s+/g, ' ').trim()}`,
      why:
        name === 'virtualInbound'
          ? 'nothing takes traffic for this pod: callers get connection refused (503 UF), and no policy is in force'
          : 'nothing listens there',
      next: 'correct or remove the EnvoyFilter that puts this into the listener',
    }));
}

/** A certificate of a gateway is renewed by others than istiod: when it ends soon, nobody may have noticed. */
const SOON_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

function secretProblems(id: string, envoy: EnvoyFacts, now: Date): DescribeProblem[] {
  if (envoy.kind !== 'read') return [];
  const { secrets } = secretsAnswer(secretsOf(envoy.dump.section('Secrets')), now);
  return secrets.flatMap((secret) => {
    const broken = secret.problems.filter(({ level }) => level === 'bad');
    const isOwn = secret.name === 'default' || secret.role !== 'certificate';
    const days = Math.floor((Date.parse(secret.expires ?? '') - now.getTime()) / DAY_MS);
    const isEnding = broken.length === 0 && !isOwn && days <= SOON_DAYS;
    const found = isEnding
      ? [{ level: 'warn' as const, text: `it expires in ${days} days (${secret.expires})` }]
      : broken;
    return found.map(({ level, text }) => secretProblem(id, secret.name, level, text));
  });
}

function secretProblem(id: string, name: string, level: 'bad' | 'warn', text: string): DescribeProblem {
  const secret = name.startsWith('kubernetes://') ? name.slice('kubernetes://'.length) : undefined;
  return {
    level,
    kind: 'certificate',
    text: `certificate ${secret ?? name}: ${text}`,
    where: secret && `Secret ${secret}, which a Gateway names as credentialName`,
    why: level === 'bad' ? 'TLS handshakes that need it fail' : undefined,
    next:
      secret === undefined || level === 'warn'
        ? `meshscope proxy-config secret ${id}`
        : `create the Secret in the namespace of the gateway's pod, or correct credentialName`,
  };
}
