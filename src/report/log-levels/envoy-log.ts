import { compatLoggersReport, loggersJson, loggersReport, loggersYaml } from '../proxy-config/loggers.ts';
import { either } from './either.ts';
import { compatLevelChange, levelChangeJson, levelChangeReport, levelChangeYaml } from './level-change.ts';

/** `proxy-config log`: the levels, or what was changed. */
export const envoyLogReport = either(loggersReport, levelChangeReport);
/** The same as JSON. */
export const envoyLogJson = either(loggersJson, levelChangeJson);
/** The same as YAML. */
export const envoyLogYaml = either(loggersYaml, levelChangeYaml);
/** The same as the reference prints it. */
export const compatEnvoyLog = either(compatLoggersReport, compatLevelChange);
