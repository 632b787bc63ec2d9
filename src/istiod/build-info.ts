import { asString, field } from '../util/json.ts';

/** Build facts of an istiod, by the reference's JSON names. Empty text where istiod does not say. */
export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly golang_version: string;
  readonly status: string;
  readonly tag: string;
}

/**
 * The answer of istiod's `/version`: JSON (bare or under `clientVersion`), or the text
 * `<version>-<git revision>[-dirty]-<status>`; `undefined` when it is neither. Source: spec of connections §5.
 */
export function parseBuildInfo(text: string): BuildInfo | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return fromJson(trimmed);
  const parts = trimmed.split('-');
  if (parts.length < 3 || /\s/.test(trimmed)) return undefined;
  const status = parts.pop() ?? '';
  let revision = parts.pop() ?? '';
  if (revision === 'dirty' && parts.length > 1) revision = `${parts.pop() ?? ''}-dirty`;
  const version = parts.join('-');
  return { version, revision, golang_version: '', status, tag: version };
}

function fromJson(text: string): BuildInfo | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const info = field(parsed, 'clientVersion') ?? parsed;
  const part = (name: string): string => asString(field(info, name)) ?? '';
  const version = part('version');
  if (version === '') return undefined;
  return {
    version,
    revision: part('revision'),
    golang_version: part('golang_version'),
    status: part('status'),
    tag: part('tag'),
  };
}
