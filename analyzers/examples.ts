import examples from './examples.generated.json' with { type: 'json' };

/** What raises a code, and what looks like it and does not: YAML with a comment on the line that matters. */
export interface CodeExample {
  readonly raises?: string;
  readonly nearMiss?: string;
}

/** Examples by code, cut from the fixtures that prove them. What the run says about itself has none. */
export const EXAMPLES: Readonly<Record<string, CodeExample>> = examples;
