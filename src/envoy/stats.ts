/** One statistic of an Envoy: a counter or gauge, a text, or a histogram in Envoy's own words. */
export interface Stat {
  readonly name: string;
  readonly value: number | string;
}

/** The statistics on Envoy's plain `/stats` page. Lines without a name are left out. */
export function parseStatsText(text: string): Stat[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(': ');
    if (at <= 0) return [];
    const value = line.slice(at + 2).trim();
    return [{ name: line.slice(0, at), value: numberOr(value) ?? unquoted(value) }];
  });
}

/** The samples of a page in Prometheus' text format; a sample is named with its labels. */
export function parseStatsProm(text: string): Stat[] {
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) return [];
    const at = line.lastIndexOf(' ');
    if (at <= 0) return [];
    const value = Number(line.slice(at + 1));
    return [{ name: line.slice(0, at), value: Number.isNaN(value) ? line.slice(at + 1) : value }];
  });
}

/** Whether a statistic says anything: a number that is not 0, a text, a histogram with values. */
export function isUsed({ value }: Stat): boolean {
  return typeof value === 'number' ? value !== 0 : value !== '' && value !== 'No recorded values';
}

/** Whether a text is that of a histogram. */
export function isHistogram({ value }: Stat): boolean {
  return typeof value === 'string' && (value === 'No recorded values' || /^P\d/.test(value));
}

/** A whole number; one that a number can't hold exactly (the hash of a version) stays text. */
function numberOr(value: string): number | undefined {
  if (!/^-?\d+$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1) : value;
}
