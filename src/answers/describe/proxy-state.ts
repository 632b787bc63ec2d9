import { type Entry, listenerEntries } from '../../envoy/entry.ts';
import { secretsOf } from '../../envoy/secrets.ts';
import type { ProblemKind } from '../proxy-problem.ts';
import type { ProxyRow } from '../proxy-row.ts';
import { secretsAnswer } from '../secrets.ts';
import type { EnvoyFacts } from './envoy-facts.ts';
import { type DescribeProblem, listed } from './problem.ts';

/** What the proxy of a pod lacks: by istiod's account of it (`row`), and by its own dump. */
export function proxyProblems(
  id: string,
  envoy: EnvoyFacts,
  row: ProxyRow | undefined,
  now: Date,
): DescribeProblem[] {
  const refused = refusedListeners(envoy);
  const sync = syncProblems(id, row, refused);
  const isTold = sync.some(({ kind }) => kind === 'proxy-rejected');
  return [
    ...unreachable(id, envoy, row),
    ...sync,
    ...(isTold || refused.length === 0 ? [] : [rejectedProblem(id, refused)]),
    ...secretProblems(id, envoy, now),
  ];
}

/** Whether nothing can take connections for the pod: its proxy does not run, or refused the inbound listener. */
export function takesNoTraffic(envoy: EnvoyFacts, row: ProxyRow | undefined): boolean {
  const isDead = envoy.kind === 'failed' && row?.state === 'never-connected';
  return isDead || refusedListeners(envoy).some(({ name }) => name === INBOUND);
}

/** Name of the listener that takes a sidecar's inbound traffic. */
const INBOUND = 'virtualInbound';

/** Listeners that Envoy refused and of which it has no older version: nothing listens there. */
function refusedListeners(envoy: EnvoyFacts): readonly Entry[] {
  return listenersOf(envoy).filter(({ state }) => state === 'rejected');
}

/** The listeners of a dump; none when it has no such section. */
export function listenersOf(envoy: EnvoyFacts): readonly Entry[] {
  return envoy.kind === 'read' && envoy.dump.has('Listeners') ? listenerEntries(envoy.dump) : [];
}

function unreachable(id: string, envoy: EnvoyFacts, row: ProxyRow | undefined): DescribeProblem[] {
  if (envoy.kind !== 'failed' || row?.state !== 'never-connected') return [];
  const [name = id, namespace = ''] = id.split(/\.(?=[^.]*$)/);
  return [
    {
      level: 'bad',
      kind: 'no-proxy-process',
      text: 'the proxy of this pod does not run: no istiod knows it, and it answers nobody',
      why: 'callers get connection refused (503 UF) as long as the pod is an endpoint',
      next: `kubectl logs ${name} -c istio-proxy -n ${namespace}`,
    },
  ];
}

const UNTOLD: ReadonlySet<ProblemKind> = new Set(['never-connected', 'unknown', 'not-compared']);

function syncProblems(id: string, row: ProxyRow | undefined, refused: readonly Entry[]): DescribeProblem[] {
  const problems = (row?.problems ?? []).filter(({ kind }) => !UNTOLD.has(kind));
  const isRefused = problems.some(({ kind }) => kind === 'rejected');
  return problems.map((one): DescribeProblem => {
    const suspects = (one.suspects ?? []).map(({ namespace, name }) => `EnvoyFilter ${namespace}/${name}`);
    const types = one.types.length === 0 ? '' : ` (${one.types.join(', ')})`;
    const isLost = one.kind === 'rejected' && refused.length > 0;
    return {
      // What is stale because a push is refused is no trouble of its own.
      level: one.kind === 'rejected' ? 'bad' : one.mild === true || isRefused ? 'note' : 'warn',
      kind: `proxy-${one.kind}`,
      text: `${TEXTS[one.kind] ?? one.kind}${types}: ${one.brief ?? one.detail}`,
      where: suspects.length === 0 ? undefined : suspects.join(', '),
      why: isLost ? refusedText(refused) : WHY[one.kind],
      next:
        suspects.length === 1
          ? `correct or remove ${suspects[0]}; meshscope proxy-status ${id} shows all that is refused`
          : `meshscope proxy-status ${id} shows what it lacks`,
    };
  });
}

const TEXTS: Readonly<Record<string, string>> = {
  rejected: 'Envoy refuses what istiod sends',
  stale: 'the proxy does not take what istiod sends',
  'version-skew': 'proxy and istiod differ in version',
  starting: 'the proxy is starting',
};

const WHY: Readonly<Record<string, string>> = {
  rejected: 'it works on with what it had before',
  stale: 'changes since then are not in force in this pod',
};

function refusedText(refused: readonly Entry[]): string {
  const names = namesOf(refused);
  return refused.some(({ name }) => name === INBOUND)
    ? `there is no older version of listener ${names}: nothing takes traffic for this pod, callers get connection refused (503 UF), and no policy is in force`
    : `there is no older version of listener ${names}: nothing listens there`;
}

/** A dump may hold several copies of a refused listener. */
function namesOf(refused: readonly Entry[]): string {
  return listed([...new Set(refused.map(({ name }) => name))]);
}

function rejectedProblem(id: string, refused: readonly Entry[]): DescribeProblem {
  const details = refused[0]?.rejection?.details ?? 'no reason given';
  return {
    level: 'bad',
    kind: 'listener-rejected',
    text: `Envoy refused listener ${namesOf(refused)}: ${details.replace(/\s+/g, ' ').trim()}`,
    why: refusedText(refused),
    next: `meshscope proxy-status ${id} names the resource that is at fault`,
  };
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
