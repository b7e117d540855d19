import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { ArtifactService } from './artifact-service.ts'
import { docker, imageName } from './engine.ts'
import type { FinishedStep, Inputs, JobOptions } from './runner.ts'
import { TaskJob } from './task-job.ts'

/** Where a task has the cache of npm. */
export const FOLDER = '/var/cache/acode/npm'
/** Says what the task found in its cache, and adds what it would download. */
export const INSTALL = `cat ${FOLDER}/pkg 2>/dev/null || { echo downloads; echo "from $npm_config_cache" >${FOLDER}/pkg; }`
/** What {@link INSTALL} prints where it has found it. */
export const FOUND = `from ${FOLDER}`
/** Inputs of a task with such a cache, which is not root. */
export const CACHED = { image: imageName.base, network: 'none', user: '1234:1234', cache: 'auto' } as const

/** How a job with one task is started: its lock file, and what its runner says of it. */
export type CacheJobOptions = JobOptions & { readonly lock?: string }
/** A step with a cache that has ended, and its post. */
export type CacheRun = {
  readonly step: FinishedStep
  readonly post: Awaited<ReturnType<FinishedStep['post']>>
}

/** Jobs of a repository that no other test has, and so begin without caches. */
export class CacheJobs {
  readonly repository = `octo-org/caches-${randomUUID().slice(0, 8)}`

  /** Their caches go when the test is over. */
  static create(): CacheJobs {
    const jobs = new CacheJobs()
    onTestFinished(() => removeKept(jobs.repository))
    return jobs
  }

  /** The engine's names of the repository's caches on this machine. */
  kept(): Promise<string[]> {
    return keptOf(this.repository)
  }

  /** As on another machine. */
  forget(): Promise<void> {
    return removeKept(this.repository)
  }

  /** A job on a checkout with a lock file. */
  async job(service: ArtifactService, options: CacheJobOptions = {}): Promise<TaskJob> {
    const { lock = '{}', github, ...others } = options
    const task = await TaskJob.create({
      artifacts: service,
      github: { GITHUB_REPOSITORY: this.repository, ...github },
      event: { repository: { default_branch: 'main' } },
      ...others,
    })
    writeFileSync(path.join(task.job.workspace, 'package-lock.json'), lock)
    task.job.chown()
    return task
  }

  /** Such a job with one task, to its end. */
  async run(service: ArtifactService, inputs: Inputs = {}, options: CacheJobOptions = {}): Promise<CacheRun> {
    const { job } = await this.job(service, options)
    const step = await job.uses({ ...CACHED, run: INSTALL, ...inputs })
    return { step, post: await step.post() }
  }
}

/** A service of caches that stops when the test is over. */
export async function cacheService(): Promise<ArtifactService> {
  const service = await ArtifactService.start()
  onTestFinished(() => service.stop())
  return service
}

/** The engine's names of a repository's caches. */
export async function keptOf(repository: string): Promise<string[]> {
  // One label: of several, Podman gives what has any.
  const text = await docker('volume', 'ls', '--quiet', '--filter', `label=acode.repository=${repository}`)
  return text.split('\n').filter((line) => line !== '')
}

/** Removes a repository's caches from this machine. */
export async function removeKept(repository: string): Promise<void> {
  const kept = await keptOf(repository)
  if (kept.length > 0) await docker('volume', 'rm', ...kept)
}
