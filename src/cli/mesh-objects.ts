import type { KubeObject } from '../kube/object.ts';
import { MESH_KINDS, type MeshKind, MeshObjects } from '../mesh/objects.ts';
import type { Answer } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import type { CommandContext } from './context.ts';
import { lacks } from './missing.ts';
import { rootNamespace } from './root-namespace.ts';

/** What was read for an answer about one namespace's pods or services. */
export interface ReadObjects {
  readonly objects: MeshObjects;
  /** The only namespaces that were looked at; `undefined` for all. */
  readonly only: readonly string[] | undefined;
}

/** Kinds that most meshes have none of: that a recording lacks them is not worth a word. */
const RARE: ReadonlySet<MeshKind> = new Set([
  'wasmPlugins',
  'grpcRoutes',
  'httpRoutes',
  'kubeGateways',
  'telemetries',
]);

/**
 * Reads the objects of the mesh for an answer about `namespace`. With `-n` on a live cluster only that namespace and the
 * root namespace are asked about, never the whole cluster; where a list of the whole cluster is forbidden, so it is
 * too. What can't be read is noted as a gap.
 */
export async function readMeshObjects(
  context: CommandContext,
  { namespace, cluster }: { readonly namespace: string; readonly cluster?: string | undefined },
): Promise<ReadObjects> {
  const source = await context.source();
  context.terminal.progress('reading objects of the mesh');
  const root = await rootNamespace(context);
  const two = [...new Set([namespace, root])];
  const { namespace: wanted, allNamespaces } = context.globals;
  const isNarrow = source.kind === 'cluster' && wanted !== undefined && wanted !== '' && !allNamespaces;
  const reading = new Reading(context, two, cluster);
  const kinds = Object.keys(MESH_KINDS) as MeshKind[];
  await Promise.all(
    // A Namespace stands in no namespace: it can be listed for the whole cluster alone.
    kinds.filter((kind) => !isNarrow || kind !== 'namespaces').map((kind) => reading.read(kind, isNarrow)),
  );
  reading.noteGaps();
  return {
    objects: new MeshObjects(root, reading.lists, reading.partial),
    only: isNarrow ? two : undefined,
  };
}

class Reading {
  readonly lists = new Map<MeshKind, readonly KubeObject[]>();
  readonly partial = new Map<MeshKind, readonly string[]>();
  private readonly forbidden: string[] = [];
  private next: string | undefined;

  constructor(
    private readonly context: CommandContext,
    private readonly two: readonly string[],
    private readonly cluster: string | undefined,
  ) {}

  async read(kind: MeshKind, isNarrow: boolean): Promise<void> {
    if (!isNarrow) {
      const answer = await this.ask(kind, undefined);
      if (answer.ok || answer.error.code !== 'Forbidden') return this.keep(kind, answer);
      this.forbidden.push(MESH_KINDS[kind].plural);
      this.next ??= answer.error.next;
      if (kind === 'namespaces') return;
    }
    const answers = await Promise.all(
      this.two.map(async (one) => ({ one, answer: await this.ask(kind, one) })),
    );
    for (const { one, answer } of answers) this.keepPart(kind, one, answer);
  }

  private async ask(kind: MeshKind, namespace: string | undefined): Promise<Answer<readonly KubeObject[]>> {
    const source = await this.context.source();
    return source.resources({ ...MESH_KINDS[kind], namespace, cluster: this.cluster });
  }

  private keep(kind: MeshKind, answer: Answer<readonly KubeObject[]>): void {
    if (answer.ok) this.lists.set(kind, answer.value);
    // A kind that the cluster does not serve has no objects.
    else if (answer.error.code === 'NotFound') this.lists.set(kind, []);
    const [lack] = lacks(answer);
    if (lack === undefined || isNoLoss(kind, lack)) return;
    if (answer.ok) this.partial.set(kind, []);
    this.context.gap({ what: MESH_KINDS[kind].plural, why: lack.reason, next: lack.next });
  }

  private keepPart(kind: MeshKind, namespace: string, answer: Answer<readonly KubeObject[]>): void {
    const [lack] = lacks(answer);
    const isLost = lack !== undefined && !isNoLoss(kind, lack);
    if (isLost) {
      const what = `${MESH_KINDS[kind].plural} of ${namespace}`;
      this.context.gap({ what, why: lack.reason, next: lack.next });
    }
    if (!answer.ok && isLost) return;
    const objects = answer.ok ? answer.value : [];
    this.lists.set(kind, [...(this.lists.get(kind) ?? []), ...objects]);
    if (!isLost) this.partial.set(kind, [...(this.partial.get(kind) ?? []), namespace]);
  }

  noteGaps(): void {
    if (this.forbidden.length === 0) return;
    this.context.gap({
      what: 'other namespaces',
      why: `listing ${this.forbidden.join(', ')} of the whole cluster is forbidden; ${this.two.join(' and ')} were read`,
      next: this.next,
    });
  }
}

function isNoLoss(kind: MeshKind, { code }: SourceError): boolean {
  return code === 'NotFound' || (code === 'NotRecorded' && RARE.has(kind));
}
