// Builds dist/: src/main.ts bundled with split chunks (the entry holds the command table, each command its own chunk),
// the package entry `meshscope/analyzer` with its types, the demo mesh, and the licences of what was bundled.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { configSchemas } from './lib/config-docs.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { licenceText } from './lib/licences.mjs';
import { packDemo } from './lib/pack-demo.mjs';
import { rawText } from './lib/raw-text.mjs';
import { ROOT, run, tool } from './lib/run.mjs';

await ensureInstalled();
process.chdir(ROOT);
const { build } = await import('esbuild');
await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });

/** commander loads child_process for subcommands that are programs of their own; there are none here. */
const withoutChildProcess = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'left-out' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Of the Kubernetes client only the reading of kubeconfigs is used. Its index, the generated API behind it and its
 * own fetch would be loaded with it and double the start of every live command.
 */
const kubeconfigAlone = {
  name: 'kubernetes-client-kubeconfig-alone',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^@kubernetes\/client-node$/ }, async ({ resolveDir, kind, pluginData }) => {
      if (pluginData === 'whole') return undefined;
      const index = await resolve('@kubernetes/client-node', { resolveDir, kind, pluginData: 'whole' });
      return { path: index.path.replace(/index\.js$/, 'config.js') };
    });
    onResolve({ filter: /^(?:\.\/gen\/index\.js|node-fetch)$/ }, ({ importer }) =>
      /client-node\/dist\/[^/]+$/.test(importer) ? { path: 'unused', namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'unused' }, () => ({
      contents: `
        const unused = () => { throw new Error('left out of the bundle: scripts/build.mjs'); };
        export { unused as createConfiguration, unused as Headers, unused as ServerConfiguration };
        export default unused;`,
    }));
  },
};

const result = await build({
  absWorkingDir: ROOT,
  entryPoints: {
    main: 'src/main.ts',
    analyzer: 'src/analysis/api.ts',
    'analyzer-testing': 'src/analysis/testing.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: false,
  sourcemap: false,
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  plugins: [withoutChildProcess, kubeconfigAlone, rawText],
  logLevel: 'warning',
});
await writeFile('dist/meta.json', JSON.stringify(result.metafile));
await packDemo('shop', 'dist/demo.tar.gz');
await packDemo('ambient', 'dist/demo-ambient.tar.gz');
for (const [name, text] of Object.entries(await configSchemas())) await writeFile(`dist/${name}`, text);
await writeFile('dist/THIRD-PARTY-LICENSES', await licenceText(result.metafile));
process.exitCode = await run(tool('tsc'), ['--project', 'scripts/tsconfig.types.json']);
