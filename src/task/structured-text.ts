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
  const { isMap, isScalar, parseDocument, visit } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  if (error) throw new Error(error.message)
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || !TEXT_MAPS.has(String(pair.key.value)) || !isMap(pair.value)) return
      for (const { value } of pair.value.items)
        if (isScalar(value) && typeof value.value === 'number' && value.source !== undefined)
          value.value = value.source
    },
  })
  return document.toJS()
}
