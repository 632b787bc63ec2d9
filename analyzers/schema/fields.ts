import { fieldsAnalyzer } from '#analysis';

/** Every field of a resource by its schema: the name, type, value and range of it. */
export const analyzer = fieldsAnalyzer();
