/**
 * Does work for each of many, so many at once, and begins them in their order. After a failure no more are begun; it is
 * thrown when those that had begun have ended.
 */
export async function eachOf<T>(
  all: Iterable<T>,
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all[Symbol.iterator]()
  let failure: { readonly error: unknown } | null = null
  const worker = async () => {
    for (let next = waiting.next(); !next.done && failure === null; next = waiting.next())
      await work(next.value).catch((error: unknown) => {
        failure ??= { error }
      })
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const thrown = failure as { readonly error: unknown } | null
  if (thrown !== null) throw thrown.error
}
