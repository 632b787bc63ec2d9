import {
  type DiffSubject,
  differencesIn,
  lackedByOne,
  type MeshDiff,
  newsOf,
} from '../../answers/mesh-diff/mesh-diff.ts';
import { isBrokenNewcomer } from '../../answers/mesh-diff/proxies.ts';
import { counted } from '../../util/counted.ts';
import { humanDuration } from '../../util/duration.ts';
import type { Mark } from '../style.ts';
import { findingsSection } from './findings-section.ts';
import { objectsSection } from './objects-section.ts';
import { configsSection, proxiesSection } from './proxies-section.ts';
import { meshConfigSection, versionsSection } from './small-sections.ts';
import type { MeshDiffView } from './view.ts';

/** One thing that differs, and what is said below it. Texts are not escaped. */
export interface OutlineItem {
  /** A mark, or `+`, `-`, `~` for what came, went and changed. */
  readonly mark: Mark | '+' | '-' | '~';
  readonly text: string;
  readonly details: readonly string[];
}

/** A section: its counts, then its items, worst first. */
export interface OutlineSection {
  readonly title: string;
  readonly summary: string;
  /** Whether nothing differs in it. */
  readonly isSame: boolean;
  readonly items: readonly OutlineItem[];
  /** How many items are not listed. */
  readonly more: number;
}

/** A comparison as it is told, whatever the format. */
export interface DiffOutline {
  readonly mark: Mark;
  readonly verdict: string;
  /** What was compared, a line each. */
  readonly about: readonly string[];
  readonly sections: readonly OutlineSection[];
}

const MARKS = {
  worse: 'bad',
  differs: 'warn',
  same: 'good',
  'same-in-part': 'unknown',
  unknown: 'unknown',
} as const;

/** How much of what could not be compared the verdict names. */
const NAMED = 3;

/** The verdict, what was compared, and each section. */
export function outlineOf({ diff, all }: MeshDiffView): DiffOutline {
  const sections = [
    findingsSection(diff.findings, all),
    proxiesSection(diff.proxies, all),
    configsSection(diff.proxyConfigs, all),
    versionsSection(diff.versions),
    meshConfigSection(diff.meshConfig, all),
    objectsSection(diff.objects, all, diff.meshConfig?.compared),
  ].filter((section) => section !== undefined);
  return { mark: MARKS[newsOf(diff)], verdict: verdictText(diff), about: aboutLines(diff), sections };
}

function verdictText(diff: MeshDiff): string {
  const news = newsOf(diff);
  const where = diff.namespace === undefined ? '' : ` in namespace ${diff.namespace}`;
  if (news === 'unknown') return `nothing that both sides hold could be compared${where}`;
  if (news === 'same') return `nothing differs${where}`;
  if (news === 'same-in-part') {
    const lacked = lackedByOne(diff);
    const more = lacked.length > NAMED ? ` and ${lacked.length - NAMED} more` : '';
    return `nothing differs in what both sides hold${where}; not compared: ${lacked.slice(0, NAMED).join(', ')}${more}`;
  }
  const { findings, proxies } = diff;
  const counts = differencesIn(diff);
  const broken = proxies?.changes.filter(isBrokenNewcomer).length ?? 0;
  const others = counts.proxies - (proxies?.counts.worse ?? 0) - broken;
  const parts: readonly (readonly [number, string])[] = [
    [findings?.added.length ?? 0, counted(findings?.added.length ?? 0, 'new finding')],
    [findings?.fixed.length ?? 0, `${findings?.fixed.length ?? 0} fixed`],
    [
      proxies?.counts.worse ?? 0,
      counted(proxies?.counts.worse ?? 0, 'proxy is worse off', 'proxies are worse off'),
    ],
    [broken, counted(broken, 'new proxy does not work', 'new proxies do not work')],
    [
      others,
      counted(others, 'other proxy differs', 'other proxies differ').replace(...otherWord(others, counts)),
    ],
    [counts.versions, 'versions differ'],
    [counts['mesh-config'], 'the mesh configuration differs'],
    [counts.objects, counted(counts.objects, 'object differs', 'objects differ')],
  ];
  const said = parts.filter(([count]) => count > 0).map(([, text]) => text);
  const text = said.length === 0 ? 'the configuration of proxies differs' : said.join(', ');
  return `${text}${where}`;
}

/** Where all that differ are counted together, there are no others. */
function otherWord(others: number, counts: ReturnType<typeof differencesIn>): readonly [string, string] {
  return [others < counts.proxies ? '' : 'other ', ''];
}

function aboutLines({ left, right, sameCluster }: MeshDiff): readonly string[] {
  const apart = Date.parse(right.takenAt) - Date.parse(left.takenAt);
  const later = Number.isNaN(apart) || apart === 0 ? '' : apart > 0 ? 'later' : 'earlier';
  const age = later === '' ? '' : `, ${humanDuration(Math.abs(apart))} ${later}`;
  const one = ({ source, takenAt }: MeshDiff['left']): string =>
    `${source}, ${takenAt.replace(/\.\d+Z$/, 'Z')}`;
  return [
    `A  ${one(left)}`,
    `B  ${one(right)}${age}`,
    ...(sameCluster === false ? ['two clusters: what has the same name is compared'] : []),
    ...pseudonymLines(left, right),
  ];
}

/** Names that stand for others are the same ones only where one key made them. */
function pseudonymLines(left: DiffSubject, right: DiffSubject): readonly string[] {
  const [a, b] = [left, right].map(({ redaction }) => redaction === 'pseudonyms');
  if (a && b)
    return ['names are pseudonyms: they tell what differs only where both archives were made with one key'];
  if (!a && !b) return [];
  return [`names of ${a ? 'A' : 'B'} alone are pseudonyms: what has a name seems to differ`];
}
