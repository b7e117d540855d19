import { isAlias, isMap, isPair, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml'

/** At and below these keys every value becomes text, as a version does, and `1.10` has to stay `1.10`. */
const TEXT_KEYS = new Set(['env', 'labels', 'version', 'id', 'strategy'])

/** Parses YAML, with numbers kept as they are written where they stand for text. Errors are in the document. */
export function readYaml(
  text: string,
  options: Parameters<typeof parseDocument>[1],
): ReturnType<typeof parseDocument> {
  const document = parseDocument(text, options)
  const anchors = new Map<string, Node>()
  const kept = new Set<unknown>()
  visit(document, (_, node) => {
    if (isPair(node)) {
      if (!isScalar(node.key) || !TEXT_KEYS.has(String(node.key.value))) return
      keepAsWritten(isAlias(node.value) ? anchors.get(node.value.source) : node.value, kept)
    } else if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) anchors.set(node.anchor, node)
  })
  return document
}

/** Each node once, however many aliases lead to it. */
function keepAsWritten(node: unknown, kept: Set<unknown>): void {
  if (kept.has(node)) return
  kept.add(node)
  if (isMap(node)) for (const { value } of node.items) keepAsWritten(value, kept)
  else if (isSeq(node)) for (const item of node.items) keepAsWritten(item, kept)
  else if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined)
    node.value = node.source
}
