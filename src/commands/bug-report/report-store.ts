import type { SnapshotSink } from '../../sources/snapshot/folder-writer.ts';
import { MANIFEST } from '../../sources/snapshot/layout.ts';
import { MemoryStore } from '../../sources/snapshot/memory-store.ts';

/** Memory for what the report is made from, compressed. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What the report reads of an archive; it takes Envoys' dumps only where no istiod has said anything of them. */
const READ =
  /^clusters\/[^/]+\/(?:kubernetes\/.*(?<!\/events)\.json|istiod\/[^/]+\/[^/]+\/(?:(?:debug|xds)\/(?:syncz|mesh)\.(?:json|txt)|version\.(?:json|txt)|metrics\.prom)|proxies\/[^/]+\/[^/]+\/(?:certs|server_info)\.json|ztunnel\/[^/]+\/[^/]+\/config_dump\.json)$/;
const DUMP = /^clusters\/[^/]+\/proxies\/[^/]+\/[^/]+\/config_dump\.json$/;
const SYNC = /^clusters\/[^/]+\/istiod\/[^/]+\/[^/]+\/(?:debug|xds)\/syncz\.json$/;
const LEFT_OUT = 'it is not read for a report';

/** Keeps of the files that pass to an archive, secrets taken out already, those that its report is made from. */
export class ReportStore {
  readonly files: MemoryStore;
  #istiodSpoke = false;

  constructor(label: string) {
    this.files = new MemoryStore(label, MOST_BYTES);
  }

  /** A sink that writes to another one, and keeps what was taken there. */
  beside(sink: SnapshotSink): SnapshotSink {
    return {
      write: async (path, bytes) => {
        const refused = await sink.write(path, bytes);
        if (refused === undefined && path !== MANIFEST) await this.#keep(path, bytes);
        return refused;
      },
    };
  }

  async #keep(path: string, bytes: Uint8Array): Promise<void> {
    if (SYNC.test(path)) this.#istiodHasSpoken();
    if (READ.test(path) || (DUMP.test(path) && !this.#istiodSpoke)) await this.files.add(path, bytes);
    else this.files.leaveOut(path, LEFT_OUT);
    // An answer that came while this one was packed.
    if (DUMP.test(path) && this.#istiodSpoke) this.files.leaveOut(path, LEFT_OUT);
  }

  #istiodHasSpoken(): void {
    if (this.#istiodSpoke) return;
    this.#istiodSpoke = true;
    for (const path of this.files.paths) if (DUMP.test(path)) this.files.leaveOut(path, LEFT_OUT);
  }
}
