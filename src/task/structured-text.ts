/**
 * Parses YAML or JSON. JSON, being what `toJSON()` and matrices give, does not need the YAML parser loaded.
 * @throws Error with line and column where the text is neither
 */
export async function parseStructured(text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return parseYaml(text)
  }
}

/** In these maps every value becomes a string, as a version does, and `1.10` has to stay `1.10`. */
const TEXT_MAPS = new Set(['env', 'labels'])
const TEXT = 'version'

async function parseYaml(text: string): Promise<unknown> {
  const { isAlias, isMap, isScalar, parseDocument, visit } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  // Only the first line: the lines behind it quote the text, which may hold a secret.
  if (error) throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''))
  const asWritten = (node: unknown) => {
    if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined)
      node.value = node.source
  }
  visit(document, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? String(pair.key.value) : ''
      const value = isAlias(pair.value) ? pair.value.resolve(document) : pair.value
      if (key === TEXT) asWritten(value)
      if (TEXT_MAPS.has(key) && isMap(value)) for (const item of value.items) asWritten(item.value)
    },
  })
  return document.toJS()
}
