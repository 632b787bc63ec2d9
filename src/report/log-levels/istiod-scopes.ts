import {
  type IstiodScopesAnswer,
  type ScopeRow,
  scopeRows,
  usualLevels,
} from '../../answers/istiod-scopes.ts';
import { escapeLine } from '../../util/text.ts';
import { goYaml } from '../go-yaml.ts';
import { jsonText } from '../json.ts';
import type { Reporter } from '../reporter.ts';
import { alignedTable } from '../table.ts';
import { tabwriterTable } from '../tabwriter.ts';
import { yamlText } from '../yaml.ts';

/** Reports scopes of istiod: those that stand out, or that replicas have at different levels; the rest counted. */
export const istiodScopesReport: Reporter<IstiodScopesAnswer> = (answer, options) => {
  const rows = scopeRows(answer);
  const usual = usualLevels(rows);
  const stands = ({ scope, istiods }: ScopeRow): boolean =>
    answer.all ||
    istiods.length > 0 ||
    scope.level !== usual?.level ||
    (scope.stackTraceLevel ?? '') !== usual?.stackTraceLevel;
  const shown = rows.filter(stands);
  const differ = shown.some(({ istiods }) => istiods.length > 0);
  const header = ['SCOPE', 'LEVEL', 'STACK TRACES', ...(differ ? ['ISTIOD'] : []), 'DESCRIPTION'];
  const cells = shown.map(({ scope, istiods }) =>
    [
      scope.name,
      scope.level,
      scope.stackTraceLevel ?? 'unknown',
      ...(differ ? [istiods.length === 0 ? 'all' : istiods.join(', ')] : []),
      scope.description,
    ].map(escapeLine),
  );
  const table = shown.length === 0 ? '' : alignedTable(header, cells, options);
  const rest = rows.length - shown.length;
  return `${table}${rest === 0 ? '' : restText(rest, usual, answer)}`;
};

function restText(
  rest: number,
  usual: ReturnType<typeof usualLevels>,
  { istiods }: IstiodScopesAnswer,
): string {
  const who = istiods.length === 1 ? '1 istiod' : `${istiods.length} istiods`;
  const scopes = rest === 1 ? '1 scope' : `${rest} scopes`;
  return `${scopes} at ${usual?.level ?? 'unknown'}, stack traces ${usual?.stackTraceLevel || 'unknown'} · ${who} · --all lists all\n`;
}

/** The reference's fields; where replicas differ an entry a level, with the istiods that have it. */
function scopesData(answer: IstiodScopesAnswer): unknown {
  return scopeRows(answer).map(({ scope, istiods }) => ({
    scope_name: scope.name,
    log_level: scope.level,
    stack_trace_level: scope.stackTraceLevel ?? '',
    description: scope.description,
    ...(istiods.length === 0 ? {} : { istiods }),
  }));
}

/** Scopes of istiod as JSON. */
export const istiodScopesJson: Reporter<IstiodScopesAnswer> = (answer) => jsonText(scopesData(answer));

/** Scopes of istiod as YAML. */
export const istiodScopesYaml: Reporter<IstiodScopesAnswer> = (answer) => yamlText(scopesData(answer));

/** The reference asks one istiod. */
const firstOnly = (answer: IstiodScopesAnswer): IstiodScopesAnswer => ({
  ...answer,
  istiods: answer.istiods.slice(0, 1),
});

/** The reference's table: every scope of the first istiod. */
export const compatIstiodScopes: Reporter<IstiodScopesAnswer> = (answer) =>
  tabwriterTable(
    [
      ['ACTIVE SCOPE', 'DESCRIPTION', 'LOG LEVEL', 'STACK TRACE LEVEL'],
      ...scopeRows(firstOnly(answer)).map(({ scope }) =>
        [scope.name, scope.description, scope.level, scope.stackTraceLevel ?? ''].map(escapeLine),
      ),
    ],
    3,
  );

/** The reference's JSON: the scopes of the first istiod. */
export const compatIstiodScopesJson: Reporter<IstiodScopesAnswer> = (answer) =>
  jsonText(scopesData(firstOnly(answer)));

/** The reference's YAML of the same. */
export const compatIstiodScopesYaml: Reporter<IstiodScopesAnswer> = (answer) =>
  goYaml(scopesData(firstOnly(answer)));
