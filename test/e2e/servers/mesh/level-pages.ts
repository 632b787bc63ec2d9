import type { Page, Pages } from './page-server.ts';

const ENVOY_LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
const ZTUNNEL_LEVELS = ['off', 'error', 'warn', 'info', 'debug', 'trace'];
const ISTIOD_LEVELS = ['none', 'error', 'warn', 'info', 'debug'];

/** Envoy's `/logging`, which must be a POST: lists the loggers, and changes them by `level`, `paths` or a logger's name. */
export function envoyLogging(recorded: Buffer | undefined): Pages {
  const levels = new Map<string, string>();
  for (const [, name = '', level = ''] of String(recorded ?? '').matchAll(/^ {2}(\S+): (\w+)$/gm))
    levels.set(name, level);
  const list = (): string =>
    `active loggers:\n${[...levels].map(([name, level]) => `  ${name}: ${level}\n`).join('')}\n`;
  const set = (name: string, level: string): boolean => {
    if (!levels.has(name) || !ENVOY_LEVELS.includes(level)) return false;
    levels.set(name, level);
    return true;
  };
  return ({ pathname, searchParams }, method) => {
    if (pathname !== '/logging' || method !== 'POST' || levels.size === 0) return undefined;
    const [[key, value] = []] = [...searchParams];
    if (key === undefined || value === undefined) return text(list());
    const pairs =
      key === 'level'
        ? [...levels.keys()].map((name) => [name, value])
        : key === 'paths'
          ? value.split(',').map((pair) => pair.split(':'))
          : [[key, value]];
    const done = pairs.every(([name = '', level = '']) => set(name, level));
    return done ? text(list()) : text(`error: unknown logger name or level\n\n${list()}`, 400);
  };
}

/** ztunnel's `/logging`: a level for all other modules, levels of modules, and `reset` to what it was started with. */
export function ztunnelLogging(start = 'hickory_server::server=off,info', onlyBare = false): Pages {
  let directives = parsed(start);
  return ({ pathname, searchParams }, method) => {
    if (pathname !== '/logging' || method !== 'POST') return undefined;
    const level = searchParams.get('level') ?? '';
    const added = parsed(level);
    const bad = [...added].some(([name, one]) => !ZTUNNEL_LEVELS.includes(one) || (onlyBare && name !== ''));
    if (level !== '' && (bad || /[^:]:[^:]/.test(level)))
      return text(`Invalid level provided: ${level}\n`, 400);
    if (searchParams.has('reset')) directives = parsed(start);
    for (const [name, one] of added) directives.set(name, one);
    const names = [...directives].sort(([a], [b]) => Number(a === '') - Number(b === ''));
    const shown = names.map(([name, one]) => (name === '' ? one : `${name}=${one}`)).join(',');
    return text(`current log level is ${shown}\n`);
  };
}

function parsed(directives: string): Map<string, string> {
  const parts = directives.split(',').filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const at = part.lastIndexOf('=');
      return at < 0 ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

/** ControlZ's `/scopej`: lists the scopes; a PUT changes one and takes whatever it leaves out for turned off. */
export function controlzScopes(recorded: Buffer | undefined): Pages {
  const scopes: Record<string, unknown>[] = JSON.parse(String(recorded ?? '[]'));
  return ({ pathname }, method, body) => {
    const name = /^\/scopej\/?([^/]*)$/.exec(pathname)?.[1];
    if (name === undefined || recorded === undefined) return undefined;
    if (name === '') return text(JSON.stringify(scopes));
    const scope = scopes.find((one) => one['name'] === decodeURIComponent(name));
    if (scope === undefined) return text(`unknown scope name: ${name}`, 400);
    if (method !== 'PUT') return text(JSON.stringify(scope));
    const wanted = JSON.parse(body) as Record<string, unknown>;
    for (const key of ['output_level', 'stack_trace_level'])
      if (ISTIOD_LEVELS.includes(String(wanted[key]))) scope[key] = wanted[key];
    scope['log_callers'] = wanted['log_callers'] ?? false;
    return text('', 202);
  };
}

function text(body: string, status = 200): Page {
  return { body: Buffer.from(body), type: 'text/plain', status };
}
