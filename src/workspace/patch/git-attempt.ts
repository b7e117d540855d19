import { type GitBounds, GitError } from '../../host/git.ts'

/** Rules of what is ignored may be written such that git tries for ever; for 100,000 paths it takes a second. */
export const IGNORE_MS = 30_000
/** Of contents that cannot be made smaller git writes some 2 MB a second. */
export const PATCH_MS = 10 * 60_000

/** Bounds with a time limit, unless theirs is shorter. */
export const boundedBy = (
  timeoutMs: number,
  { signal, timeoutMs: most = timeoutMs }: GitBounds,
): GitBounds => ({
  signal,
  timeoutMs: Math.min(timeoutMs, most),
})

/** Does otherwise what git cannot do, given its reason on one line; unless all is to end. */
export async function orElse<T>(
  { signal }: GitBounds,
  work: () => Promise<T>,
  other: (why: string) => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof GitError) || signal?.aborted) throw error
    return other(error.message.replaceAll(/\s+/g, ' '))
  }
}

/** A handler of what git cannot do: the value instead, unless all is to end. Other errors are thrown on. */
export function unlessAborted<T>({ signal }: GitBounds, otherwise: T): (error: unknown) => T {
  return (error) => {
    if (!(error instanceof GitError) || signal?.aborted) throw error
    return otherwise
  }
}
