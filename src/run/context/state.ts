import { z } from 'zod'
import { messageOf } from '../../errors.ts'
import * as runner from '../../github/runner.ts'
import { artifactsSubdir } from '../../task/artifacts-subdir.ts'

/** What main keeps for post: enough to find and finish whatever main leaves, also when it is killed. Post removes by it. */
export const stateSchema = z.object({
  /** The run's folder. */
  folder: z.string().regex(/^\/(.*\/)?acode-[a-z0-9-]+-[0-9a-f]{8}$/s),
  artifactsSubdir,
  container: z.string().regex(/^acode-[a-z0-9]+-[a-z0-9-]+$/),
  session: z.string(),
  task: z.string(),
  /** When main started, UTC. */
  startedAt: z.iso.datetime(),
  /** The runner's workspace. */
  workspace: z.string(),
  /** The owner label of what main makes: post removes exactly that. */
  owner: z.string(),
  /** Entry in the environment of main's engine calls, by which post finds those that outlive it. */
  marker: z.string().regex(/^ACODE_ENGINE_CALLER=[0-9a-f-]{36}$/),
  artifact: z.string(),
  upload: z.enum(['always', 'on-failure', 'never']),
  summary: z.enum(['always', 'on-failure', 'never']),
  retentionDays: z.number().optional(),
})

/** What main keeps for post. */
export type RunState = z.output<typeof stateSchema>

const KEY = 'run'
const DONE = 'done'

/** Keeps the state; done before the first thing it names is made. */
export const saveRunState = (state: RunState): void => runner.saveState(KEY, JSON.stringify(state))

/** Says that main came to its end by itself and left nothing behind. */
export const saveDone = (): void => runner.saveState(DONE, 'true')

/** The state that main kept; null when it kept none that can be read. */
export function readRunState(): { state: RunState; done: boolean } | null {
  const text = runner.state(KEY)
  if (text === '') return null
  try {
    return { state: stateSchema.parse(JSON.parse(text)), done: runner.state(DONE) === 'true' }
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    runner.warning(`The state that main kept cannot be read: ${why}`, 'ACODE-CTN-013')
    return null
  }
}
