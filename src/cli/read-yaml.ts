/** The value of a text in YAML, as ConfigMaps hold; `undefined` when it is none. */
export async function readYaml(text: string): Promise<unknown> {
  const { load, YAMLException } = await import('js-yaml');
  try {
    return load(text);
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}
