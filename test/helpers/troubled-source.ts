import type { KubeObject } from '../../src/kube/object.ts';
import type {
  Answer,
  IstiodReply,
  IstiodRequest,
  MeshSource,
  ProxyEntry,
  ResourceQuery,
} from '../../src/sources/source.ts';
import type { SourceError } from '../../src/sources/source-error.ts';

/** What is wrong with a made-up mesh, and how large it is. */
export interface Troubles {
  readonly proxies: number;
  /** The istiod never answers. */
  readonly istiodHangs?: boolean;
  /** Envoys of these positions never answer. */
  readonly hanging?: ReadonlySet<number>;
  /** Every second kind is refused. */
  readonly refuses?: boolean;
  /** Nothing can be reached, or nothing ever answers. */
  readonly cluster?: 'unreachable' | 'hangs';
  /** What stands in a refusal. */
  readonly reason?: string;
  /** Is told what is asked, in the order of the questions. */
  readonly log?: string[];
  /** Size of each dump, in bytes. */
  readonly dumpBytes?: number;
}

/** A mesh of many like proxies in which things go wrong; every answer is made when it is asked for. */
export class TroubledSource implements MeshSource {
  readonly kind = 'cluster';
  readonly label = 'made-up';
  readonly context = 'made-up';
  readonly capabilities = new Set<never>();
  readonly now = new Date('2026-05-04T03:02:01Z');
  readonly istioNamespace = 'istio-system';
  readonly revision = undefined;
  readonly defaultNamespace = 'shop';
  asked = 0;
  private kinds = 0;
  underWay = 0;
  most = 0;

  constructor(private readonly troubles: Troubles) {}

  async clusters(): Promise<readonly string[]> {
    return ['east'];
  }

  async resources({ plural, namespace }: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    if (this.troubles.cluster === 'hangs') return never();
    if (this.troubles.cluster === 'unreachable') return refused('Unreachable', 'connection refused');
    this.kinds += 1;
    if (this.troubles.refuses === true && plural !== 'pods' && this.kinds % 2 === 0)
      return refused(
        'Forbidden',
        this.troubles.reason ?? `forbidden: list ${plural} in ${namespace ?? 'all namespaces'}`,
      );
    if (plural !== 'pods') return { ok: true, value: [] };
    return { ok: true, value: Array.from({ length: this.troubles.proxies }, (_, index) => podOf(index)) };
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    if (this.troubles.cluster === 'hangs') return never();
    if (this.troubles.cluster === 'unreachable') return refused('Unreachable', 'connection refused');
    const value = Array.from({ length: this.troubles.proxies }, (_, index) => ({
      pod: { name: nameOf(index), namespace: 'shop', cluster: 'east' },
      kind: 'envoy' as const,
    }));
    return { ok: true, value };
  }

  async istiod({ name }: IstiodRequest): Promise<readonly IstiodReply[]> {
    this.troubles.log?.push(`istiod ${name}`);
    if (this.troubles.istiodHangs === true) return never();
    const istiod = { name: 'istiod-0', namespace: 'istio-system', cluster: 'east' };
    return [{ istiod, answer: { ok: true, value: Buffer.from('[]') } }];
  }

  async envoy({ name }: { name: string }, page: string): Promise<Answer<Uint8Array>> {
    this.asked += 1;
    this.troubles.log?.push('envoy');
    if (this.troubles.hanging?.has(Number(name.slice('web-'.length)))) return never();
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay -= 1;
    if (page !== 'config_dump') return { ok: true, value: Buffer.from('{}') };
    return { ok: true, value: dumpOf(name, this.troubles.dumpBytes ?? 1000) };
  }

  async ztunnel(): Promise<Answer<Uint8Array>> {
    return refused('NotFound', 'there is none');
  }

  async cni(): Promise<Answer<Uint8Array>> {
    return refused('NotFound', 'there is none');
  }

  async logs(): Promise<Answer<Uint8Array>> {
    return { ok: true, value: Buffer.from('2026-05-04T03:02:01Z\tinfo\tready\n') };
  }

  async close(): Promise<void> {}
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function nameOf(index: number): string {
  return `web-${index}`;
}

function podOf(index: number): KubeObject {
  const metadata = { name: nameOf(index), namespace: 'shop' };
  const spec = { containers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Running' } };
}

/** A dump of about that size with names of its own, so that it does not pack to nothing. */
function dumpOf(name: string, bytes: number): Uint8Array {
  const clusters = [];
  for (let index = 0; index * 120 < bytes; index++) {
    clusters.push({
      name: `outbound|80||${name}-${index}.shop`,
      hash: Math.imul(index + 1, 2654435761) >>> 0,
      type: 'EDS',
    });
  }
  return Buffer.from(JSON.stringify({ configs: [{ clusters }] }));
}

function refused(
  code: SourceError['code'],
  reason: string,
): { readonly ok: false; readonly error: SourceError } {
  return { ok: false, error: { code, asked: 'a question', of: 'made-up', reason } };
}
