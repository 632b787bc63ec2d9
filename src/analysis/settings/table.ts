import { LEVELS } from '../message.ts';
import { PROFILES } from '../profile.ts';
import { CODE_PATTERN, type FieldShape, type Shape } from './shape.ts';

/** A key of the configuration file that is no option of every command. */
export interface Setting extends FieldShape {
  /** What a file that was found by itself may do with it: it comes with what is judged, so it is not trusted. */
  readonly found: string;
  /** Lines of YAML. */
  readonly example: string;
}

const PATHS: Shape = { kind: 'list', of: { kind: 'text', says: 'a path, relative to this file' } };
const NOT_WEAKER =
  'Followed, but not where it would weaken a `--failure-threshold` of the command line; that is said on stderr.';

/** The keys that say what `analyze` looks for and how it judges, and what `bug-report` hides, by name. */
export const SETTINGS = {
  profile: {
    shape: { kind: 'word', words: PROFILES },
    description: 'Which findings are reported at all; `--profile` of the command line comes first.',
    found: NOT_WEAKER,
    example: 'profile: ci',
  },
  severity: {
    shape: { kind: 'codes', of: { kind: 'word', words: ['off', 'info', 'warning', 'error'] } },
    description: 'The level of findings by their code; `off` leaves them out.',
    found: NOT_WEAKER,
    example: 'severity:\n  IST0118: "off"\n  MSH0012: error',
  },
  failureThreshold: {
    shape: { kind: 'word', words: LEVELS },
    description: 'The level from which on `analyze` ends with 79; `--failure-threshold` comes first.',
    found: 'Followed where it is stricter than the default, `error`.',
    example: 'failureThreshold: warning',
  },
  outputThreshold: {
    shape: { kind: 'word', words: LEVELS },
    description: 'The level from which on findings are listed; `--output-threshold` comes first.',
    found: 'Followed: it changes what is listed, not the exit code.',
    example: 'outputThreshold: warning',
  },
  ignore: {
    shape: { kind: 'list', of: { kind: 'text', says: 'a pattern as in a .gitignore' } },
    description: 'Files in folders that are not analyzed, relative to the folder that is named.',
    found: NOT_WEAKER,
    example: 'ignore:\n  - generated/\n  - "*.draft.yaml"',
  },
  suppress: {
    shape: {
      kind: 'list',
      of: {
        kind: 'fields',
        fields: {
          code: {
            shape: { kind: 'text', says: 'a code, such as IST0102', pattern: CODE_PATTERN },
            description: 'The code that is not reported.',
            required: true,
          },
          resource: {
            shape: { kind: 'text', says: 'a resource, such as "Namespace shop*"' },
            description: 'The resources, written `Kind namespace/name`, with `*` for any text.',
            required: true,
          },
          reason: {
            shape: { kind: 'text', says: 'a sentence' },
            description: 'Why, for those who come later.',
            required: true,
          },
          expires: {
            shape: { kind: 'text', says: 'a date, such as 2027-01-31', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
            description: 'The last day on which it counts.',
            required: true,
          },
        },
      },
    },
    description: 'Findings that are known and are not reported.',
    found: NOT_WEAKER,
    example:
      'suppress:\n  - code: IST0102\n    resource: Namespace shop-legacy\n    reason: goes away with the move\n    expires: "2027-01-31"',
  },
  rules: {
    shape: PATHS,
    description:
      'Files or folders with rules of your own ([rules](plugins.md#rules)); `--rules` adds to them.',
    found: 'Followed: a rule is data, and can only add findings.',
    example: 'rules:\n  - policy/mesh/',
  },
  plugins: {
    shape: {
      kind: 'list',
      of: {
        kind: 'text',
        says: 'a path that begins with ./, relative to this file, or the name of a package',
      },
    },
    description: 'Analyzers of your own ([plugins](plugins.md)); `--plugin` adds to them.',
    found: 'Ignored, and said on stderr: a file that was found by itself loads no code.',
    example: 'plugins:\n  - ./policy/analyzers.js',
  },
  redaction: {
    shape: {
      kind: 'fields',
      fields: {
        fields: {
          shape: { kind: 'list', of: { kind: 'text', says: 'the name of a field, setting or variable' } },
          description:
            'What stands under such a name is a secret; `vaultPin` is also `vault_pin` and `VAULT-PIN`.',
        },
        patterns: {
          shape: { kind: 'list', of: { kind: 'text', says: 'a pattern in the syntax of RE2' } },
          description: 'What matches in a line of text is a secret.',
        },
        words: {
          shape: { kind: 'list', of: { kind: 'text', says: 'a word' } },
          description: 'Words that `bug-report --redact names` takes for names, besides those it finds.',
        },
        nameFields: {
          shape: { kind: 'list', of: { kind: 'text', says: 'the name of a field or label' } },
          description: 'Fields and labels that hold names for `bug-report --redact names`.',
        },
      },
    },
    description:
      'What `bug-report` hides, and `bug-report scan` looks for, besides what the [rules](bug-report.md#secrets) say.',
    found: 'Followed: it can only add to the rules.',
    example:
      'redaction:\n  fields:\n    - vaultPin\n  patterns:\n    - "ACME-[0-9]{12}"\n  words:\n    - skunkworks\n  nameFields:\n    - team',
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** A key of `SETTINGS`. */
export type SettingName = keyof typeof SETTINGS;

/** Whether a key of the configuration file is a setting. */
export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}
