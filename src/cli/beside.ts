import type { EnvoyPage, MeshSource } from '../sources/source.ts';
import { type OutsideValues, outsideName } from './admin-port.ts';
import type { CommandContext } from './context.ts';
import { type EnvoyDocument, readOutsideDocument } from './envoy-input.ts';

/** Runs `work` with another source in the place of the run's own, and closes that source. */
export async function beside<T>(
  context: CommandContext,
  source: MeshSource,
  work: (other: CommandContext) => Promise<T>,
): Promise<T> {
  try {
    await context.sourceNotes.print(source);
    return await work({ ...context, source: async () => source });
  } finally {
    await source.close();
  }
}

/** A page of the Envoy that `--admin-url` or `--ssh` names, where the run reads a mesh, too. Throws why there is none. */
export async function besideDocument(
  context: CommandContext,
  options: OutsideValues & { readonly proxyAdminPort: number },
  page: EnvoyPage,
): Promise<EnvoyDocument> {
  const { openOutsideEnvoy } = await import('./mesh-source.ts');
  const { adminUrl, ssh, proxyAdminPort: adminPort } = options;
  const source = await openOutsideEnvoy(context, { adminUrl, ssh, adminPort });
  return beside(context, source, (other) => readOutsideDocument(outsideName(options) ?? '', other, page));
}
