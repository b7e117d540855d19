/** A text without its percent encoding. A `%` that encodes nothing stands for itself, and so do bytes that are no text. */
export const percentDecoded = (text: string): string => text.replace(/(?:%[0-9a-f]{2})+/gi, decoded)

function decoded(bytes: string): string {
  try {
    return decodeURIComponent(bytes)
  } catch {
    return bytes
  }
}
