/** Asks for something once, for all callers and however often. After a failure it is asked again. */
export function once<A extends unknown[], T>(ask: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let asked: Promise<T> | null = null
  return (...args) => {
    asked ??= ask(...args).catch((error: unknown) => {
      asked = null
      throw error
    })
    return asked
  }
}
