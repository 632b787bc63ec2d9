import type { KialiCode } from '../analysis/kiali-codes.ts';
import type { Catalogue, Level, MessageDefinition } from '../analysis/message.ts';
import { compareText, nearest } from '../util/text.ts';

/** What a code of a finding means. */
export interface Explanation {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
  /** The sentence that a finding says, with its arguments in braces. */
  readonly says: string;
  readonly why: string;
  readonly fix: string;
  /** The version since which it is no longer reported. */
  readonly retired?: string | undefined;
  /** Names of the analyzers that report it. */
  readonly reportedBy: readonly string[];
  /** Kiali's codes for the same. */
  readonly aliases: readonly string[];
  /** YAML that raises it, the line marked; absent for what the run says about itself. */
  readonly example?: string | undefined;
  /** YAML that looks like it and does not raise it. */
  readonly nearMiss?: string | undefined;
}

/** Explanations of the codes that were asked for, or of all. */
export interface ExplainAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'Explanation';
  readonly codes: readonly Explanation[];
}

/** Everything that is known of codes. */
export interface Explained {
  readonly catalogue: Catalogue;
  readonly analyzers: readonly Reporting[];
  /** Kiali's codes. */
  readonly kiali: Readonly<Record<string, KialiCode>>;
  readonly examples: Readonly<Record<string, { readonly raises?: string; readonly nearMiss?: string }>>;
}

/** Which codes an analyzer reports. */
export interface Reporting {
  readonly name: string;
  readonly codes: readonly string[];
}

/** The explanation of one code (in any case, also by the code's name), or `undefined` when no such code exists. */
export function explainCode(known: Explained, wanted: string): Explanation | undefined {
  const word = wanted.toLowerCase();
  const found = Object.entries(known.catalogue).find(
    ([code, { name }]) => code.toLowerCase() === word || name.toLowerCase() === word,
  );
  return found && explanation(found[0], found[1], known);
}

/** What a code of Kiali stands for and the codes that say the same here, or `undefined` when Kiali has no such code. */
export function kialiCode(
  known: Explained,
  wanted: string,
): (KialiCode & { readonly code: string }) | undefined {
  const code = wanted.toUpperCase();
  const found = Object.hasOwn(known.kiali, code) ? known.kiali[code] : undefined;
  return found && { code, ...found };
}

/** The explanations of all codes, by code. */
export function explainAll(known: Explained): readonly Explanation[] {
  return Object.entries(known.catalogue)
    .sort(([a], [b]) => compareText(a, b))
    .map(([code, definition]) => explanation(code, definition, known));
}

/** Codes and names of codes that look like `wanted`, best first. */
export function nearestCodes({ catalogue, kiali }: Explained, wanted: string): readonly string[] {
  const codes = Object.keys(/^kia/i.test(wanted) ? kiali : catalogue);
  const names = Object.values(catalogue).map(({ name }) => name);
  const near = nearest(wanted, [...codes, ...names]);
  return near.length > 0 ? near : codesByNumber(codes, wanted);
}

/** Of a code that looks like none, the ones of the same letters whose numbers come next to its own. */
function codesByNumber(codes: readonly string[], wanted: string): readonly string[] {
  const [, letters = '', digits = ''] = /^([a-z]+)(\d+)$/i.exec(wanted) ?? [];
  if (letters === '') return [];
  const distance = (code: string): number => Math.abs(Number(code.slice(letters.length)) - Number(digits));
  return codes
    .filter((code) => code.toLowerCase().startsWith(letters.toLowerCase()))
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, 3);
}

function explanation(
  code: string,
  { name, level, template, why, fix, retired }: MessageDefinition,
  { analyzers, kiali, examples }: Explained,
): Explanation {
  const reportedBy = analyzers.filter(({ codes }) => codes.includes(code)).map((analyzer) => analyzer.name);
  const aliases = Object.entries(kiali).flatMap(([alias, { codes }]) =>
    codes.includes(code) ? [alias] : [],
  );
  const example = Object.hasOwn(examples, code) ? examples[code] : undefined;
  return {
    code,
    name,
    level,
    says: template,
    why,
    fix,
    retired,
    reportedBy: reportedBy.sort(compareText),
    aliases,
    example: example?.raises,
    nearMiss: example?.nearMiss,
  };
}
