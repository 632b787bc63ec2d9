import { isName, portOf } from '../kube/workload-text.ts';
import { usageError } from '../util/errors.ts';

/** What a WorkloadGroup is made of. */
export interface WorkloadGroupInput {
  readonly name: string;
  readonly namespace: string;
  /** `key=value` each. */
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  /** `name=number` each. */
  readonly ports: readonly string[];
  readonly serviceAccount: string;
  readonly network: string | undefined;
  readonly locality: string | undefined;
  readonly weight: number | undefined;
}

/** The WorkloadGroup object. Throws a usage error for a name, pair or port that the API server would refuse. */
export function workloadGroup(input: WorkloadGroupInput) {
  for (const [flag, value] of [
    ['--name', input.name],
    ['--namespace', input.namespace],
    ['--serviceAccount', input.serviceAccount],
  ] as const) {
    if (!isName(value))
      throw usageError(`${flag} "${value}" is no name of Kubernetes`, {
        hint: 'use lower case letters, digits, - and .',
      });
  }
  const ports = pairs('--ports', input.ports).map(
    ([name, value]) => [name, portNumber(name, value)] as const,
  );
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadGroup',
    metadata: { name: input.name, namespace: input.namespace },
    spec: {
      metadata: {
        ...some('annotations', Object.fromEntries(pairs('--annotations', input.annotations))),
        ...some('labels', Object.fromEntries(pairs('--labels', input.labels))),
      },
      template: {
        ...(input.locality === undefined ? {} : { locality: input.locality }),
        ...(input.network === undefined ? {} : { network: input.network }),
        ...some('ports', Object.fromEntries(ports)),
        serviceAccount: input.serviceAccount,
        ...(input.weight === undefined ? {} : { weight: input.weight }),
      },
    },
  };
}

function pairs(flag: string, texts: readonly string[]): (readonly [string, string])[] {
  const seen = new Set<string>();
  return texts.map((text) => {
    const at = text.indexOf('=');
    const [key, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    if (key === '' || at < 0)
      throw usageError(`${flag} "${text}" is no pair`, { hint: `write it as ${flag} name=value` });
    if (seen.has(key)) throw usageError(`${flag} names "${key}" twice`);
    seen.add(key);
    return [key, value] as const;
  });
}

function portNumber(name: string, value: string): number {
  const port = portOf(value);
  if (port === undefined)
    throw usageError(`--ports ${name}=${value}: "${value}" is no port`, {
      hint: 'ports are numbers from 1 to 65535: --ports http=8080,grpc=3550',
    });
  return port;
}

function some<K extends string, V>(
  name: K,
  members: Record<string, V>,
): Partial<Record<K, Record<string, V>>> {
  return Object.keys(members).length === 0 ? {} : ({ [name]: members } as Record<K, Record<string, V>>);
}
