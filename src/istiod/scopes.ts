import { asArray, asBoolean, asString, field } from '../util/json.ts';

/** A logging scope of istiod, as ControlZ lists it. */
export interface LogScope {
  readonly name: string;
  readonly description: string;
  readonly level: string;
  /** From which level on a stack trace is logged too; absent where istiod does not say. */
  readonly stackTraceLevel: string | undefined;
  /** Whether the caller's place in the code is logged. A write that leaves it out turns it off. */
  readonly logCallers: boolean;
}

/** The scopes on ControlZ's `/scopej` page, by name; `undefined` when it is none. */
export function parseScopes(page: unknown): readonly LogScope[] | undefined {
  if (!Array.isArray(page)) return undefined;
  const scopes = asArray(page).flatMap((one): LogScope[] => {
    const name = asString(field(one, 'name'));
    const level = asString(field(one, 'output_level'));
    if (name === undefined || level === undefined) return [];
    return [
      {
        name,
        level,
        description: asString(field(one, 'description')) ?? '',
        stackTraceLevel: asString(field(one, 'stack_trace_level')),
        logCallers: asBoolean(field(one, 'log_callers')) ?? false,
      },
    ];
  });
  if (scopes.length === 0) return undefined;
  return scopes.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
