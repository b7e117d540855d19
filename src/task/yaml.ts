import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'

/** At and below these keys every value becomes text, as a version does, and `1.10` has to stay `1.10`. */
const TEXT_KEYS = new Set(['env', 'labels', 'version', 'id', 'strategy'])

/** Parses YAML, with numbers kept as they are written where they stand for text. Errors are in the document. */
export function readYaml(text: string, options: Parameters<typeof parseDocument>[1]): Document.Parsed {
  const document = parseDocument(text, options)
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && TEXT_KEYS.has(String(key.value)))
        keepAsWritten(isAlias(value) ? value.resolve(document) : value)
    },
  })
  return document
}

function keepAsWritten(node: unknown): void {
  if (isMap(node)) for (const { value } of node.items) keepAsWritten(value)
  else if (isSeq(node)) for (const item of node.items) keepAsWritten(item)
  else if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined)
    node.value = node.source
}
