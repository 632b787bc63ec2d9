import { build } from 'esbuild';
import { repositoryPath } from './servers/part.ts';

/** Bundles a program that imports modules of `src` by their full paths, so that Node.js alone runs it. */
export async function bundle(program: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents: program, loader: 'ts', resolveDir: repositoryPath() },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    absWorkingDir: repositoryPath(),
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'silent',
  });
}
