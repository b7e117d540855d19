/**
 * All that a stream has, in one piece.
 * @param tooLong makes what is thrown where that is more than so many bytes
 */
export async function wholeStream(
  stream: AsyncIterable<Uint8Array | string>,
  mostBytes: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > mostBytes) throw tooLong()
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}
