import type { LogScope } from '../istiod/scopes.ts';

/** The logging scopes of the istiods of a control plane. */
export interface IstiodScopesAnswer {
  readonly istiods: readonly { readonly istiod: string; readonly scopes: readonly LogScope[] }[];
  /** List every scope, not only those that stand out. */
  readonly all: boolean;
}

/** A scope as most replicas have it, or as those named in `istiods` have it where they differ. */
export interface ScopeRow {
  readonly scope: LogScope;
  /** Empty where all replicas agree. */
  readonly istiods: readonly string[];
}

/** One row a scope; several where replicas have it at different levels. By name. */
export function scopeRows({ istiods }: IstiodScopesAnswer): readonly ScopeRow[] {
  const byName = new Map<string, Map<string, { scope: LogScope; istiods: string[] }>>();
  for (const { istiod, scopes } of istiods) {
    for (const scope of scopes) {
      const variants = byName.get(scope.name) ?? new Map<string, { scope: LogScope; istiods: string[] }>();
      const key = `${scope.level} ${scope.stackTraceLevel}`;
      const variant = variants.get(key) ?? { scope, istiods: [] };
      variant.istiods.push(istiod);
      variants.set(key, variant);
      byName.set(scope.name, variants);
    }
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, variants]) =>
      [...variants.values()].map(
        (variant): ScopeRow => ({
          scope: variant.scope,
          istiods: variant.istiods.length === istiods.length ? [] : variant.istiods,
        }),
      ),
    );
}

/** The levels that most scopes have. */
export function usualLevels(
  rows: readonly ScopeRow[],
): { level: string; stackTraceLevel: string } | undefined {
  const counts = new Map<string, number>();
  for (const { scope } of rows) {
    const key = `${scope.level}\n${scope.stackTraceLevel ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (usual === undefined) return undefined;
  const [level = '', stackTraceLevel = ''] = usual.split('\n');
  return { level, stackTraceLevel };
}
