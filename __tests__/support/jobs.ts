import { afterEach, expect } from 'vitest'
import { containers, removeAll } from './engine.ts'
import { Job, type JobOptions } from './runner.ts'

/** The session that the steps of a job have where the workflow names none. */
export function sessionOf(job: Job): string {
  return `r${job.variable('GITHUB_RUN_ID')}a${job.variable('GITHUB_RUN_ATTEMPT')}`
}

/**
 * Makes jobs for the tests of one file. After each test its jobs are removed, and it fails where one of them
 * has left a container on the engine or a process on this machine (CTN-5, CTN-6).
 */
export function jobs(defaults: JobOptions = {}): (options?: JobOptions) => Promise<Job> {
  const made: Job[] = []
  afterEach(async () => {
    for (const job of made.splice(0)) {
      const session = sessionOf(job)
      const left = await containers(`label=acode.session=${session}`)
      const processes = job.leftoverProcesses()
      await removeAll(session)
      await job.remove()
      expect({ left, processes }).toEqual({ left: [], processes: [] })
    }
  })
  return async (options = {}) => {
    const job = await Job.create({ ...defaults, ...options })
    made.push(job)
    return job
  }
}
