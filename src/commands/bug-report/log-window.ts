/** Lines of a log from `start` to `end` (ms since the epoch); either may be open. */
export interface LogWindow {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** A time at the front of a line (in brackets in access logs), or the `time` of a JSON line. */
const TIME =
  /^\s*(?:\[|\{[^{}]*?"(?:time|start_time|timestamp|ts)"\s*:\s*")?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/;

/** When a line was written (ms since the epoch); `undefined` for one that does not say, such as a line of a stack. */
export function lineTime(line: string): number | undefined {
  const time = Date.parse(TIME.exec(line)?.[1] ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The lines of a log within a window. A line without a time goes with the line before it; those before the first time
 * stay out when the window has a start.
 */
export function withinWindow(log: Uint8Array, window: LogWindow): Uint8Array {
  if (window.start === undefined && window.end === undefined) return log;
  let inside = window.start === undefined;
  const lines = Buffer.from(log)
    .toString('utf8')
    .split(/(?<=\n)/)
    .filter((line) => {
      const time = lineTime(line);
      if (time !== undefined)
        inside = time >= (window.start ?? -Infinity) && time <= (window.end ?? Infinity);
      return inside;
    });
  return Buffer.from(lines.join(''));
}

/** Lines of level fatal, error or warn, in Istio's plain form, ztunnel's, Envoy's and JSON. */
const SEVERE =
  /^\S*\s*(?:"?\b(?:fatal|error|warn(?:ing)?|critical)\b)|"level"\s*:\s*"(?:fatal|error|warn)|\]\[(?:error|critical|warning)\]/i;

/** How many severe lines match one of `critical` (all when there is none) and none of `ignored`, in their whole text. */
export function severeLines(
  log: Uint8Array,
  critical: readonly RegExp[],
  ignored: readonly RegExp[],
): number {
  let count = 0;
  for (const line of Buffer.from(log).toString('utf8').split('\n')) {
    if (!SEVERE.test(line)) continue;
    const text = line.split('\t').slice(2).join('\t') || line;
    if (ignored.some((pattern) => pattern.test(text))) continue;
    if (critical.length === 0 || critical.some((pattern) => pattern.test(text))) count += 1;
  }
  return count;
}
