/** True in script/slow, which has hours; script/test has minutes. */
const isSlow = process.env.ACODE_SLOW === '1'

/** How often a test tries something: so often in script/test, and so often in script/slow. */
export const tries = (usually: number, slowly: number): number => (isSlow ? slowly : usually)

/** How long such a test may take, in milliseconds: in script/test, and in script/slow. */
export const TRIES_TIMEOUT_MS = tries(300_000, 7_200_000)

/**
 * Of the cases of a test as many as script/test has time for, spread over all of them; in script/slow all of them.
 * @param from the first of them, so that two tests of the same cases take others
 */
export function someOf<T extends unknown[] | [unknown]>(
  cases: readonly T[],
  most: number,
  from?: number,
): readonly T[]
export function someOf<T>(cases: readonly T[], most: number, from?: number): readonly T[]
export function someOf<T>(cases: readonly T[], most: number, from = 0): readonly T[] {
  if (isSlow || cases.length <= most) return cases
  const every = cases.length / most
  const chosen = new Set(
    Array.from({ length: most }, (_, index) => (from + Math.floor(index * every)) % cases.length),
  )
  return cases.filter((_, index) => chosen.has(index))
}
