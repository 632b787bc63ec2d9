import { checkSettings } from '../../cli/check-settings.ts';
import type { CommandContext } from '../../cli/context.ts';
import { OwnRules } from '../../security/redaction/own-rules.ts';
import { dataError } from '../../util/errors.ts';
import { asStrings, field } from '../../util/json.ts';
import { RegexpFault } from '../../util/regexp-classes.ts';

/** What a configuration file says of redaction. It only adds to the rules: nothing in it makes them hide less. */
export interface RedactionSettings {
  /** Further fields, settings and variables that hold secrets. */
  readonly fields: readonly string[];
  /** What is a secret wherever it matches, in the syntax of RE2. */
  readonly patterns: readonly string[];
  /** Words that are names, for `--redact names`. */
  readonly words: readonly string[];
  /** Fields and labels that hold names, for `--redact names`. */
  readonly nameFields: readonly string[];
}

/** The section `redaction` of the configuration file, checked. Throws exit 65 with file:line:column. */
export function redactionSettings({ configFile }: Pick<CommandContext, 'configFile'>): RedactionSettings {
  if (configFile !== undefined) checkSettings(configFile);
  const section = configFile?.mapping['redaction'];
  const list = (name: string): readonly string[] => asStrings(field(section, name));
  return {
    fields: list('fields'),
    patterns: list('patterns'),
    words: list('words'),
    nameFields: list('nameFields'),
  };
}

/** The rules of a configuration file for secrets; `undefined` when it has none. Throws exit 65 for a wrong pattern. */
export function ownRules({ fields, patterns }: RedactionSettings): OwnRules | undefined {
  if (fields.length + patterns.length === 0) return undefined;
  try {
    return new OwnRules(fields, patterns);
  } catch (error) {
    if (!(error instanceof RegexpFault)) throw error;
    throw dataError(`redaction.patterns: ${error.message}`, {
      hint: 'patterns are in the syntax of RE2: no look-around, no back-references',
    });
  }
}
