/**
 * A rule with `has(a[0].b)` written as `a[0].?b.hasValue()`: the library's `has` takes names alone, the language lets
 * anything stand in front of the last name. What can't be read so is left as it is.
 */
export function withoutIndexedHas(rule: string): string {
  let out = '';
  let at = 0;
  for (const match of rule.matchAll(/\bhas\(/g)) {
    const start = match.index + match[0].length;
    const end = closing(rule, start);
    if (match.index < at || end === undefined) continue;
    const [, target, name] = /^\s*(.*[\])].*)\.(\w+)\s*$/s.exec(rule.slice(start, end)) ?? [];
    if (target === undefined || name === undefined) continue;
    out += `${rule.slice(at, match.index)}${target}.?${name}.hasValue()`;
    at = end + 1;
  }
  return out + rule.slice(at);
}

/** The parenthesis that closes the one before `start`; texts in between are passed over. */
function closing(rule: string, start: number): number | undefined {
  let depth = 0;
  for (const match of rule.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]/g)) {
    if (match[0] === '(') depth++;
    else if (match[0] === ')' && depth-- === 0) return start + match.index;
  }
  return undefined;
}
