import {
  isBrokenNewcomer,
  type ProxiesDiff,
  type ProxyChange,
  type ProxyMoment,
} from '../../answers/mesh-diff/proxies.ts';
import type { ConfigChange, ConfigKindChange, ConfigsDiff } from '../../answers/mesh-diff/proxy-config.ts';
import { counted } from '../../util/counted.ts';
import { stateLabel } from '../proxy-words.ts';
import type { OutlineItem, OutlineSection } from './outline.ts';
import { countsText, sectionOf } from './section.ts';

const MARK = { worse: 'bad', new: '+', gone: '-', other: '~', better: 'good' } as const;
/** Names of a group of proxies, and of what differs in them, that are told without `--all`. */
const NAMED = 3;

/** Proxies that are worse off, new, gone, otherwise different, and better off. */
export function proxiesSection(diff: ProxiesDiff | undefined, all: boolean): OutlineSection | undefined {
  if (diff === undefined) return undefined;
  const { counts, same, replaced, unknown, changes } = diff;
  const text = countsText([
    [counts.worse, 'worse off'],
    [counts.new, 'new'],
    [counts.gone, 'gone'],
    [counts.other, 'different'],
    [counts.better, 'better off'],
    [same, 'in the same state'],
    [unknown, 'not comparable'],
    [replaced, 'replaced by another pod of the same workload'],
  ]);
  return sectionOf('Proxies', text || 'none on either side', changes.map(proxyItem), all);
}

function proxyItem(change: ProxyChange): OutlineItem {
  const { what, before, after, replaced } = change;
  const { proxy = '' } = after ?? before ?? {};
  const name = replaced && before !== undefined ? `${proxy} (was ${before.proxy})` : proxy;
  return {
    mark: isBrokenNewcomer(change) ? 'bad' : MARK[what],
    text: `${name}  ${states(before, after)}`,
    details: reasons(what, after),
  };
}

function states(before: ProxyMoment | undefined, after: ProxyMoment | undefined): string {
  if (before === undefined) return `new, ${after === undefined ? '' : stateLabel(after)}`;
  if (after === undefined) return `gone, was ${stateLabel(before)}`;
  const [was, is] = [stateLabel(before), stateLabel(after)];
  const version =
    before.version !== after.version && before.version !== undefined && after.version !== undefined
      ? `version ${before.version} → ${after.version}`
      : '';
  const state = was === is && version !== '' ? '' : `${was} → ${is}`;
  return [state, version].filter((part) => part !== '').join(', ');
}

function reasons(what: ProxyChange['what'], after: ProxyMoment | undefined): readonly string[] {
  if (what === 'better' || after === undefined) return [];
  return after.problems.filter(({ mild }) => mild !== true).map(({ detail }) => detail);
}

/** Proxies whose configuration differs in the same way stand together. */
export function configsSection(diff: ConfigsDiff | undefined, all: boolean): OutlineSection | undefined {
  if (diff === undefined) return undefined;
  const { compared, same, changes, notCompared, leftOut } = diff;
  const title = 'Configuration of proxies';
  if (leftOut !== undefined) return sectionOf(title, `not compared: ${leftOut}`, [], all);
  if (compared + notCompared.length === 0) return undefined;
  const left = notCompared.reduce((sum, { proxies }) => sum + proxies.length, 0);
  const text = countsText([
    [compared - same, compared - same === 1 ? 'differs' : 'differ'],
    [same, 'the same'],
    [left, 'not compared'],
  ]);
  return sectionOf(
    title,
    text,
    changes.map((change) => configItem(change, all)),
    all,
  );
}

function configItem({ proxies, kinds }: ConfigChange, all: boolean): OutlineItem {
  const names = all ? proxies : proxies.slice(0, NAMED);
  const more = proxies.length > names.length ? ` and ${proxies.length - names.length} more` : '';
  const lines = kinds.flatMap(nameLines);
  const details = all || lines.length <= NAMED ? lines : [];
  return { mark: '~', text: `${names.join(', ')}${more}: ${kinds.map(kindText).join(', ')}`, details };
}

function kindText({ kind, added, removed, changed }: ConfigKindChange): string {
  const part = (names: readonly string[], word: string): string =>
    names.length === 0
      ? ''
      : `${counted(names.length, kind, kind === 'policy' ? 'policies' : `${kind}s`)} ${word}`;
  return [part(added, 'added'), part(removed, 'removed'), part(changed, 'changed')]
    .filter(Boolean)
    .join(', ');
}

function nameLines({ kind, added, removed, changed }: ConfigKindChange): readonly string[] {
  const lines = (names: readonly string[], mark: string): readonly string[] =>
    names.map((name) => `${mark} ${kind} ${name}`);
  return [...lines(removed, '-'), ...lines(added, '+'), ...lines(changed, '~')];
}
