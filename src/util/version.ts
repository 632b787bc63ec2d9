import { version } from '../../package.json';

/** The version of meshscope itself, from package.json. */
export const MESHSCOPE_VERSION: string = version;
