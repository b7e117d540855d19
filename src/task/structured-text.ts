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

/** In these maps every value becomes a string, and `1.10` has to stay `1.10`. */
const TEXT_MAPS = new Set(['env', 'labels'])

async function parseYaml(text: string): Promise<unknown> {
  const { isAlias, isMap, isScalar, parseDocument, visit } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  // Only the first line: the lines behind it quote the text, which may hold a secret.
  if (error) throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''))
  visit(document, {
    Pair(_, pair) {
      const map = isAlias(pair.value) ? pair.value.resolve(document) : pair.value
      if (!isScalar(pair.key) || !TEXT_MAPS.has(String(pair.key.value)) || !isMap(map)) return
      for (const { value } of map.items)
        if (isScalar(value) && typeof value.value === 'number' && value.source !== undefined)
          value.value = value.source
    },
  })
  return document.toJS()
}
