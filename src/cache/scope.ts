import { z } from 'zod'

/** Of a run: which caches it may read and whether it may write any, by GitHub's rules and stricter ones. */
export interface CacheScope {
  /** The ref under which it writes. */
  readonly ref: string
  /** The refs whose caches it may read, the nearest first. */
  readonly readable: readonly string[]
  readonly mayWrite: boolean
  /** Why it may not; null when it may. */
  readonly readOnlyReason: string | null
}

/** What the runner says of a run. */
export type RunVariables = Readonly<
  Partial<Record<'GITHUB_EVENT_NAME' | 'GITHUB_REF' | 'GITHUB_BASE_REF' | 'GITHUB_REPOSITORY', string>>
>

/** Events of those who can write to the repository, which run what is on a branch or a tag of it. */
const OWN_EVENTS: ReadonlySet<string> = new Set([
  ...['push', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'release', 'create'],
  ...['merge_group', 'deployment'],
])

const repository = z.object({ full_name: z.string() }).nullish()
const eventSchema = z.object({
  repository: z.object({ default_branch: z.string() }).partial().nullish(),
  pull_request: z.object({ head: z.object({ repo: repository }) }).nullish(),
})

/**
 * What a run may do with caches. `pull_request_target`, `workflow_run`, comments and the like run with the scope of the
 * default branch and may work on what anyone wrote: a cache that they save would reach every later run.
 * @param event the payload of the run's event, as JSON
 */
export function scopeOf(run: RunVariables, event: string): CacheScope {
  const { GITHUB_EVENT_NAME: name = '', GITHUB_REF: ref = '', GITHUB_BASE_REF: base = '' } = run
  const payload = payloadOf(event)
  const defaultBranch = payload?.repository?.default_branch
  const readOnlyReason = readOnlyReasonOf(
    name,
    ref,
    payload?.pull_request?.head.repo?.full_name,
    run.GITHUB_REPOSITORY,
  )
  const readable = [
    ref,
    ...(base === '' ? [] : [`refs/heads/${base}`]),
    ...(defaultBranch ? [`refs/heads/${defaultBranch}`] : []),
  ]
  return { ref, readable: [...new Set(readable)], mayWrite: readOnlyReason === null, readOnlyReason }
}

function readOnlyReasonOf(
  name: string,
  ref: string,
  head: string | undefined,
  own: string | undefined,
): string | null {
  if (name === 'pull_request') {
    // A repository that is gone has no owner.
    if (head === undefined) return 'whose pull request this is is not known'
    if (head.toLowerCase() !== own?.toLowerCase()) return 'this is the pull request of a fork'
    return ref.startsWith('refs/pull/') ? null : `a pull request has no ref ${ref}`
  }
  if (!OWN_EVENTS.has(name)) return `runs of ${name || 'no known event'} may work on what others wrote`
  return /^refs\/(heads|tags)\//.test(ref) ? null : `${ref || 'no ref'} is neither branch nor tag`
}

function payloadOf(event: string): z.output<typeof eventSchema> | null {
  try {
    return eventSchema.safeParse(JSON.parse(event)).data ?? null
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return null // whoever started the run is not known then, which is judged as a stranger
  }
}
