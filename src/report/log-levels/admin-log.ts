import { either } from './either.ts';
import {
  compatIstiodScopes,
  compatIstiodScopesJson,
  compatIstiodScopesYaml,
  istiodScopesJson,
  istiodScopesReport,
  istiodScopesYaml,
} from './istiod-scopes.ts';
import { compatLevelChange, levelChangeJson, levelChangeReport, levelChangeYaml } from './level-change.ts';

/** `admin log`: the scopes, or what was changed. */
export const adminLogReport = either(istiodScopesReport, levelChangeReport);
/** The same as JSON. */
export const adminLogJson = either(istiodScopesJson, levelChangeJson);
/** The same as YAML. */
export const adminLogYaml = either(istiodScopesYaml, levelChangeYaml);
/** The same as the reference prints it, which says nothing of a change. */
export const compatAdminLog = either(compatIstiodScopes, compatLevelChange);
/** The scopes as the reference's JSON. */
export const compatAdminLogJson = either(compatIstiodScopesJson, compatLevelChange);
/** The scopes as the reference's YAML. */
export const compatAdminLogYaml = either(compatIstiodScopesYaml, compatLevelChange);
