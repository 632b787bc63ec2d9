import { either } from './either.ts';
import { compatLevelChange, levelChangeJson, levelChangeReport, levelChangeYaml } from './level-change.ts';
import {
  compatZtunnelLevels,
  ztunnelLevelsJson,
  ztunnelLevelsReport,
  ztunnelLevelsYaml,
} from './ztunnel-levels.ts';

/** `ztunnel-config log`: the levels, or what was changed. */
export const ztunnelLogReport = either(ztunnelLevelsReport, levelChangeReport);
/** The same as JSON. */
export const ztunnelLogJson = either(ztunnelLevelsJson, levelChangeJson);
/** The same as YAML. */
export const ztunnelLogYaml = either(ztunnelLevelsYaml, levelChangeYaml);
/** The same as the reference prints it. */
export const compatZtunnelLog = either(compatZtunnelLevels, compatLevelChange);
