import { z } from 'zod'

/** Two commits, or names of commits, between which an event's changes are. */
export interface Comparison {
  readonly from: string
  readonly to: string
  /** True when only what `to` changed since the two parted counts, and not what `from` changed meanwhile. */
  readonly sinceParting: boolean
}

const commit = z.string().regex(/^[0-9a-f]{40,64}$/)
const eventSchema = z.object({
  before: commit.optional(),
  after: commit.optional(),
  pull_request: z.object({ base: z.object({ sha: commit }), head: z.object({ sha: commit }) }).optional(),
  merge_group: z.object({ base_sha: commit, head_sha: commit }).optional(),
})

/** What to compare for an event; a text says why there is nothing to compare. */
export function comparisonOf(eventName: string, payload: unknown): Comparison | string {
  const event = eventSchema.safeParse(payload).data ?? {}
  if (event.pull_request && /^pull_request(_target)?$/.test(eventName))
    return { from: event.pull_request.base.sha, to: event.pull_request.head.sha, sinceParting: true }
  if (event.merge_group && eventName === 'merge_group')
    return { from: event.merge_group.base_sha, to: event.merge_group.head_sha, sinceParting: false }
  if (event.before && event.after && eventName === 'push') {
    if (/^0+$/.test(event.before)) return 'it is the first push of this branch or tag'
    return { from: event.before, to: event.after, sinceParting: false }
  }
  return `the event ${eventName || '(none)'} has no changes; the input base names a commit to compare with`
}
