/**
 * Reporters of a suite: what a person reads and, when TEST_RESULTS names a file, the counts that `.ci/run` adds up.
 */
export function reporters(forPeople = 'default'): { reporters: string[]; outputFile?: { json: string } } {
  const file = process.env['TEST_RESULTS'];
  if (file === undefined || file === '') return { reporters: [forPeople] };
  return { reporters: [forPeople, 'json'], outputFile: { json: file } };
}
