import { z } from 'zod'
import { eventText } from '../github/event.ts'

/** The payload of the event that started the run; null when there is none that can be read. */
export async function readEvent(env: NodeJS.ProcessEnv): Promise<unknown> {
  try {
    return JSON.parse(await eventText(env))
  } catch {
    return null // no event, or none that can be read: each reader says what that means
  }
}

const repository = z.object({ full_name: z.string().min(1) })
const pullRequest = z.object({
  pull_request: z.object({ head: z.object({ repo: repository }), base: z.object({ repo: repository }) }),
})
const workflowRun = z.object({ workflow_run: z.object({ head_repository: repository }), repository })

/**
 * True when a run is, or may be, of what a fork proposes: a pull request whose head is in another repository, or a
 * run that such a one started. A payload of these events that does not say so either way counts as a fork's.
 */
export function isFromFork(eventName: string, payload: unknown): boolean {
  if (/^pull_request/.test(eventName)) {
    const event = pullRequest.safeParse(payload).data?.pull_request
    return !event || event.head.repo.full_name !== event.base.repo.full_name
  }
  if (eventName === 'workflow_run') {
    const event = workflowRun.safeParse(payload).data
    return !event || event.workflow_run.head_repository.full_name !== event.repository.full_name
  }
  return false
}
