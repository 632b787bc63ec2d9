import { proxyVersionCounts, type VersionAnswer } from '../answers/version.ts';
import type { VersionSkew } from '../answers/version-skew.ts';
import { escapeLine } from '../util/text.ts';
import { jsonText } from './json.ts';
import type { Reporter } from './reporter.ts';
import { markSymbol, styleFor } from './style.ts';
import { yamlText } from './yaml.ts';

/** The reference's lines: client, control plane (one line when all istiods agree), data plane with counts. */
export const compatTable: Reporter<VersionAnswer> = (answer) => {
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

const NAMED = 3;

/** The same lines, and which proxies are older or newer than their control plane. */
export const table: Reporter<VersionAnswer> = (answer, options) => {
  const style = styleFor(options.color);
  const lines = (answer.skew ?? []).map((skew) => {
    return `${markSymbol(skew.supported ? 'warn' : 'bad', style)} ${escapeLine(skewText(skew))}\n`;
  });
  return [compatTable(answer, options), ...lines].join('');
};

function skewText({
  proxies,
  relation,
  minors,
  supported,
  proxyVersion,
  controlPlaneVersion,
}: VersionSkew): string {
  const who = proxies.length === 1 ? '1 proxy is' : `${proxies.length} proxies are`;
  const by = minors === 0 ? '' : minors === 1 ? ' by one minor version' : ` by ${minors} minor versions`;
  const next = supported
    ? 'restart to bring up to date'
    : relation === 'newer'
      ? 'not supported: upgrade the control plane first'
      : 'not supported: restart with a newer proxy';
  const more = proxies.length > NAMED ? ` and ${proxies.length - NAMED} more` : '';
  const names = `${proxies.slice(0, NAMED).join(', ')}${more}`;
  return `${who} ${relation} than the control plane${by} (${proxyVersion}, control plane ${controlPlaneVersion}); ${next}: ${names}`;
}

/** The reference's JSON: it has no skew, and istiod's version as text, which does not tell that of Go. */
export const compatJson: Reporter<VersionAnswer> = (answer) => jsonText(referenceFields(answer));

/** As `compatJson`, in YAML. */
export const compatYaml: Reporter<VersionAnswer> = (answer) => yamlText(referenceFields(answer));

function referenceFields({ skew: _left, meshVersion, ...answer }: VersionAnswer): VersionAnswer {
  if (meshVersion === undefined) return answer;
  const { clientVersion, dataPlaneVersion } = answer;
  const mesh = meshVersion.map((one) => ({ ...one, Info: { ...one.Info, golang_version: '' } }));
  return { clientVersion, meshVersion: mesh, ...(dataPlaneVersion && { dataPlaneVersion }) };
}
