import { KINDS, type Kind } from '../../mesh/kinds.ts';
import { nearest } from '../../util/text.ts';
import type { Analyzer } from '../analyzer.ts';
import { LEVELS, type Level, type MessageDefinition } from '../message.ts';
import { codeProblem } from '../own-code.ts';
import { guarded, thrownText } from './guarded-analyzer.ts';

/** What keeps a plugin from being used, in words that its author understands. */
export class PluginFault extends Error {
  constructor(
    message: string,
    readonly near: readonly string[] = [],
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause });
  }
}

const MOST_ANALYZERS = 500;
const LONGEST = 2_000;

/**
 * The analyzers that a plugin's module exports, as `default` or `analyzers`: one, or a list. Each is read once and copied,
 * so that what was checked is what runs. `label` is what messages call the plugin. Throws `PluginFault`.
 */
export function pluginAnalyzers(module: object, label: string): readonly Analyzer[] {
  const exported = reading('its exports', () => {
    const { default: main, analyzers } = module as { default?: unknown; analyzers?: unknown };
    return analyzers ?? (isObject(main) && 'analyzers' in main ? main['analyzers'] : main);
  });
  if (exported === undefined)
    throw new PluginFault('it exports no analyzers: export them as default, or as a list named "analyzers"');
  const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (list.length === 0 || list.length > MOST_ANALYZERS)
    throw new PluginFault(`it exports ${list.length} analyzers: from 1 to ${MOST_ANALYZERS} can be used`);
  return list.map((one, index) => {
    const place = list.length === 1 ? 'its analyzer' : `its analyzer ${index + 1}`;
    return reading(place, () => readAnalyzer(one, place, label));
  });
}

/** What a getter of the plugin throws is a fault of the plugin. */
function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PluginFault) throw error;
    throw new PluginFault(`${what} can't be read: ${thrownText(error)}`, [], error);
  }
}

function readAnalyzer(value: unknown, place: string, label: string): Analyzer {
  if (!isObject(value))
    throw new PluginFault(`${place} is ${typeName(value)}, not what defineAnalyzer() returns`);
  const { name: rawName, description, inputs: rawInputs, messages: rawMessages, codes: rawCodes } = value;
  const { scope, analyze } = value;
  const name = text(rawName, `${place}: name`);
  if (!/^[a-z][\w-]*\.[A-Z]\w*$/.test(name))
    throw new PluginFault(`${place}: the name "${name}" is not of the form family.NameAnalyzer`);
  const of = `the analyzer ${name}`;
  if (typeof analyze !== 'function')
    throw new PluginFault(`${of}: analyze is ${typeName(analyze)}, not a function`);
  if (scope !== 'object' && scope !== 'mesh')
    throw new PluginFault(`${of}: scope is neither "object" nor "mesh"`);
  const codes = texts(rawCodes, `${of}: codes`);
  return guarded(
    {
      name,
      description: text(description, `${of}: description`),
      inputs: texts(rawInputs, `${of}: inputs`).map((kind) => knownKind(kind, of)),
      messages: Object.fromEntries(codes.map((code) => [code, readMessage(rawMessages, code, of, label)])),
      codes,
      scope,
      analyze: (context) => analyze.call(value, context) as unknown,
    },
    label,
  );
}

function readMessage(messages: unknown, code: string, of: string, label: string): MessageDefinition {
  const problem = codeProblem(code);
  if (problem !== undefined) throw new PluginFault(`${of}: ${problem}`);
  const value = isObject(messages) && Object.hasOwn(messages, code) ? messages[code] : undefined;
  if (!isObject(value))
    throw new PluginFault(`${of}: messages has no entry for ${code}, which is among its codes`);
  const { level } = value;
  if (!LEVELS.includes(level as Level))
    throw new PluginFault(`${of}: the level of ${code} is none of ${LEVELS.join(', ')}`);
  const word = (key: string): string => text(value[key], `${of}: ${key} of ${code}`);
  return {
    name: word('name'),
    level: level as Level,
    template: word('template'),
    why: word('why'),
    fix: word('fix'),
    audit: value['audit'] === true,
    docs: typeof value['docs'] === 'string' ? value['docs'].slice(0, LONGEST) : label,
  };
}

function knownKind(kind: string, of: string): Kind {
  if (Object.hasOwn(KINDS, kind)) return kind as Kind;
  throw new PluginFault(
    `${of}: its input "${kind}" is no kind that can be read`,
    nearest(kind, Object.keys(KINDS)),
  );
}

function texts(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new PluginFault(
      `${what} is ${Array.isArray(value) ? 'empty' : typeName(value)}, not a list of texts`,
    );
  return [...value].map((one, index) => text(one, `${what}[${index}]`));
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '')
    throw new PluginFault(`${what} is ${typeName(value)}, not a text`);
  if (value.length > LONGEST) throw new PluginFault(`${what} is longer than ${LONGEST} characters`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'empty';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
