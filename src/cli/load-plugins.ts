import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Analyzer } from '../analysis/analyzer.ts';
import { thrownText } from '../analysis/plugins/guarded-analyzer.ts';
import { PluginFault, pluginAnalyzers } from '../analysis/plugins/plugin-analyzers.ts';
import { dataError, type MeshscopeError } from '../util/errors.ts';
import type { PluginFile } from './resolve-plugin.ts';

/**
 * Loads the analyzers of plugins. They run with all that this program may do: whoever names them trusts them. Throws exit
 * 65 for one that can't be loaded or is not of the contract's form.
 */
export async function loadPlugins(plugins: readonly PluginFile[]): Promise<readonly Analyzer[]> {
  const loaded: Analyzer[] = [];
  for (const plugin of plugins) loaded.push(...(await loadPlugin(plugin)));
  return loaded;
}

async function loadPlugin({ name, url }: PluginFile): Promise<readonly Analyzer[]> {
  let module: object;
  try {
    module = (await import(/* @vite-ignore */ url)) as object;
  } catch (cause) {
    throw dataError(`the plugin ${name} can't be loaded: ${thrownText(cause)}`, {
      hint: isOurEntryMissing(cause)
        ? `in the folder of the plugin: npm install --save-dev ${ownFolder()}; or export plain objects`
        : 'run again with --verbose to see where',
      cause,
    });
  }
  try {
    return pluginAnalyzers(module, name);
  } catch (error) {
    if (!(error instanceof PluginFault)) throw error;
    throw formError(name, error);
  }
}

function formError(name: string, fault: PluginFault): MeshscopeError {
  return dataError(`the plugin ${name} can't be used: ${fault.message}`, {
    lines: fault.near.length === 0 ? [] : [['near', fault.near.join(', ')]],
    hint: 'docs/plugins.md shows what a plugin exports',
    cause: fault.cause,
  });
}

function isOurEntryMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes("'meshscope'")
  );
}

/** The folder of this program's own package, in quotes where a shell needs them; its name where that is not known. */
function ownFolder(): string {
  const folders = ['../', '../../'].map((up) => fileURLToPath(new URL(up, import.meta.url)));
  const own = folders.find((folder) => existsSync(`${folder}package.json`))?.slice(0, -1) ?? 'meshscope';
  return /\s/.test(own) ? `"${own}"` : own;
}
