import { proxyVersionCounts, type VersionAnswer } from '../answers/version.ts';
import { escapeLine } from '../util/text.ts';
import type { Reporter } from './reporter.ts';

/** The versions as lines: client, control plane (one line when all istiods agree), data plane with counts. */
export const table: Reporter<VersionAnswer> = (answer) => {
  const lines = [`client version: ${answer.clientVersion.version}`];
  const mesh = answer.meshVersion ?? [];
  const versions = new Set(mesh.map((one) => one.Info.version));
  if (versions.size === 1) lines.push(`control plane version: ${[...versions][0]}`);
  else for (const one of mesh) lines.push(`${one.Component} version: ${one.Info.version}`);
  if (answer.dataPlaneVersion !== undefined) {
    const counts = proxyVersionCounts(answer.dataPlaneVersion);
    const shown = counts.map(([version, count]) => `${version || 'unknown'} (${count} proxies)`).join(', ');
    lines.push(`data plane version: ${shown || 'none'}`);
  }
  return lines.map((line) => `${escapeLine(line)}\n`).join('');
};
