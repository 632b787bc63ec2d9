/** One sample of a page in Prometheus' text format. */
export interface MetricSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** NaN and infinities are left out. */
  readonly value: number;
}

const LABEL = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;

/**
 * The samples of the metrics whose name is wanted; a page holds thousands of others. Lines that are no samples are
 * passed over. Source: Prometheus, exposition formats, text-based format.
 */
export function parseMetrics(text: string, isWanted: (name: string) => boolean): MetricSample[] {
  const samples: MetricSample[] = [];
  for (const line of text.split('\n')) {
    const name = /^[A-Za-z_:][\w:]*/.exec(line)?.[0];
    if (name === undefined || !isWanted(name)) continue;
    const read = line[name.length] === '{' ? readLabels(line, name.length + 1) : { end: name.length };
    if (read === undefined) continue;
    const [value = ''] = line.slice(read.end).trim().split(/\s+/, 1);
    const number = value === '' ? Number.NaN : Number(value);
    if (Number.isFinite(number)) samples.push({ name, labels: read.labels ?? NO_LABELS, value: number });
  }
  return samples;
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

function readLabels(
  line: string,
  start: number,
): { readonly labels?: ReadonlyMap<string, string>; readonly end: number } | undefined {
  const labels = new Map<string, string>();
  let at = start;
  for (;;) {
    LABEL.lastIndex = at;
    const [whole = '', name = '', value = ''] = LABEL.exec(line) ?? [];
    if (whole === '') break;
    labels.set(name, unescaped(value));
    at += whole.length;
  }
  while (line[at] === ' ') at++;
  return line[at] === '}' ? { labels, end: at + 1 } : undefined;
}

function unescaped(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
