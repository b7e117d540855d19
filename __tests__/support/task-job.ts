import { globSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts'
import { ArtifactService } from './artifact-service.ts'
import { type Container, containers, docker, dockerTry, namedLike, removeAll, volumes } from './engine.ts'
import { sessionOf } from './jobs.ts'
import { Job, type JobOptions } from './runner.ts'

/** A job with a service of artifacts, and all that it may leave removed when the test is over. */
export class TaskJob {
  readonly job: Job
  readonly artifacts: ArtifactService

  static async create(options: JobOptions = {}): Promise<TaskJob> {
    const artifacts = await ArtifactService.start()
    const task = new TaskJob(await Job.create({ artifacts, ...options }), artifacts)
    onTestFinished(async () => {
      await removeAll(task.session)
      await task.job.remove()
      await artifacts.stop()
    })
    return task
  }

  private constructor(job: Job, artifacts: ArtifactService) {
    this.job = job
    this.artifacts = artifacts
  }

  /** The default session of this job's tasks. */
  get session(): string {
    return sessionOf(this.job)
  }

  /** The containers of this job's tasks, running or not. */
  containers(): Promise<Container[]> {
    return containers(`label=acode.session=${this.session}`)
  }

  /** The one container of this job. */
  async container(): Promise<Container> {
    const [one, ...others] = await this.containers()
    expect(others).toEqual([])
    if (one === undefined) throw new Error('The job has no container.')
    return one
  }

  /** The record in an uploaded artifact, judged by its schema; by default the only artifact. */
  uploaded(name = [...this.artifacts.artifacts.keys()].join()): RunRecord {
    return runRecordSchema.parse(JSON.parse(this.file('container/metadata/run.json', name)))
  }

  /** A file in an uploaded artifact. */
  file(file: string, name = [...this.artifacts.artifacts.keys()].join()): string {
    const content = this.artifacts.artifacts.get(name)?.files.get(file)
    if (content === undefined) throw new Error(`No artifact "${name}" with ${file}.`)
    return content.toString()
  }

  /** Nothing on the engine, no process, none of the secrets. */
  async expectNothingLeft(volumeNames: readonly string[] = []): Promise<void> {
    expect(await this.containers()).toEqual([])
    expect(await volumes(`label=acode.session=${this.session}`)).toEqual([])
    expect(await namedLike(this.session)).toEqual([])
    for (const name of volumeNames)
      expect(await dockerTry('volume', 'inspect', name)).toHaveProperty('exitCode', 1)
    expect(this.job.leftoverProcesses()).toEqual([])
    expect(this.privateFolders()).toEqual([])
  }

  /** Folders of this job that hold what only a running task needs: control folder, secrets, environment. */
  privateFolders(): string[] {
    return globSync('acode-*/private', { cwd: this.job.temp })
  }
}

/** The names of the volumes that a container has. */
export async function volumesOf(container: string): Promise<string[]> {
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}'
  const text = await docker('container', 'inspect', '--format', format, container)
  return text.split('\n').filter((line) => line !== '')
}
