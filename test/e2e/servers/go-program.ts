import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { goCommand } from './installed-programs.ts';
import {
  cacheFolder,
  installedProgram,
  isExecutable,
  outputOf,
  type Part,
  repositoryPath,
  runToEnd,
} from './part.ts';

/** A program that is built from a Go module of this folder (`go.mod` there pins its version). */
interface GoProgram {
  readonly name: string;
  /** Folder under test/e2e/servers with go.mod and go.sum. */
  readonly folder: string;
  /** Module whose version names the cache folder. */
  readonly module: string;
  /** Package to build. */
  readonly package: string;
  /** Linker flags for a version. */
  readonly ldflags?: (version: string) => string;
}

/** The Kubernetes API server: from KUBEBUILDER_ASSETS, else built (minutes when cold) and kept by version. */
export function apiServerProgram(): Part {
  const given = installedProgram('kube-apiserver', { onPath: false });
  if (given !== undefined) return { ok: true, path: given };
  const built = goProgram({
    name: 'kube-apiserver',
    folder: 'kube-apiserver',
    module: 'k8s.io/kubernetes',
    package: '.',
    // Without these the server says that it is v0.0.0.
    ldflags: (version) => {
      const [major = '1', minor = '0'] = version.slice(1).split('.');
      const path = 'k8s.io/component-base/version';
      return `-X ${path}.gitVersion=${version} -X ${path}.gitMajor=${major} -X ${path}.gitMinor=${minor}`;
    },
  });
  return built.ok ? built : { ...built, reason: `${built.reason}, or set KUBEBUILDER_ASSETS` };
}

/** The stand-in for a kubelet, and the folder with the CRDs that tell it where to forward ports to. */
export function kwokProgram(): Part & { readonly crds?: string } {
  const program: GoProgram = {
    name: 'kwok',
    folder: 'kwok',
    module: 'sigs.k8s.io/kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
  };
  const part = goProgram(program);
  if (!part.ok) return part;
  const crds = join(part.path, '..', 'crds');
  if (!existsSync(crds)) {
    const cwd = repositoryPath('test/e2e/servers', program.folder);
    const go = goCommand();
    const source = go.ok
      ? outputOf(go.path, ['list', '-m', '-f', '{{.Dir}}', program.module], cwd)
      : undefined;
    if (source === undefined) return { ok: false, reason: `no source of ${program.module}: go list failed` };
    cpSync(join(source, 'kustomize/crd/bases'), crds, { recursive: true });
  }
  return { ...part, crds };
}

function goProgram(program: GoProgram): Part {
  const cwd = repositoryPath('test/e2e/servers', program.folder);
  const version = moduleVersion(readFileSync(join(cwd, 'go.mod'), 'utf8'), program.module);
  const path = join(cacheFolder(`${program.name}-${version}`), program.name);
  if (isExecutable(path)) return { ok: true, path };
  const go = goCommand();
  if (!go.ok) return { ok: false, reason: `no ${program.name}: install Go to build it (${go.reason})` };
  const half = `${path}.building`;
  const flags = ['-trimpath', '-ldflags', `-s -w ${program.ldflags?.(version) ?? ''}`, '-o', half];
  const failure = runToEnd('nice', ['-n', '19', go.path, 'build', ...flags, program.package], {
    cwd,
    env: { CGO_ENABLED: '0' },
  });
  if (failure !== undefined) return { ok: false, reason: `${program.name} can't be built: ${failure}` };
  renameSync(half, path);
  return { ok: true, path };
}

/** The version of a module that a go.mod requires, such as `v1.36.3`. */
function moduleVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find((text) => text.replace('require', '').trim().startsWith(`${module} v`));
  return (
    line
      ?.trim()
      .split(/\s+/)
      .find((word) => /^v\d/.test(word)) ?? 'unknown'
  );
}
