/**
 * Parses YAML or JSON. JSON, being what `toJSON()` and matrices give, does not need the YAML parser loaded.
 * @throws Error with line and column when the text is neither
 */
export async function parseStructured(text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return parseYaml(text)
  }
}

async function parseYaml(text: string): Promise<unknown> {
  const { readYaml } = await import('./yaml.ts')
  const document = readYaml(text, { prettyErrors: true })
  const [error] = document.errors
  // Only the first line: the lines behind it quote the text, which may hold a secret.
  if (error) throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''))
  return document.toJS()
}
