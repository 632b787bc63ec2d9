/**
 * What a command prints of a live mesh, made comparable with what it prints of the recording: ages are counted from
 * different moments, and pods of namespace `load` are the servers' own.
 */
export function ageless(text: string): string {
  return text
    .replace(/\b\d+(?:\.\d+)?(?:ms|s|m|h|d|y)(?:\d+(?:s|m|h|d))?\b/g, 'AGE')
    .replace(/^.*\.load .*\n/gm, '')
    .replace(/ {2,}/g, '  ')
    .replace(/[^\S\n]+$/gm, '');
}
