import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts'
import { containers, namedLike, removeAll, volumes } from './engine.ts'
import { type FinishedStep, type Inputs, Job, type JobOptions, type RunningStep } from './runner.ts'

/** The image with git in it. */
export const GIT_IMAGE = 'acode-test/git:1'

/** A job with a checkout in its workspace, and all that it may leave removed when the test is over. */
export class WorkspaceJob {
  readonly job: Job

  static async create(options: JobOptions = {}): Promise<WorkspaceJob> {
    const made = new WorkspaceJob(await Job.create(options))
    onTestFinished(async () => {
      await removeAll(made.session)
      await made.job.remove()
    })
    makeCheckout(made.workspace)
    made.job.chown()
    return made
  }

  private constructor(job: Job) {
    this.job = job
  }

  get workspace(): string {
    return this.job.workspace
  }

  /** The default session of this job's tasks. */
  get session(): string {
    return `r${this.job.variable('GITHUB_RUN_ID')}a${this.job.variable('GITHUB_RUN_ATTEMPT')}`
  }

  /** A task in the image with git, its record not uploaded. */
  start(inputs: Inputs, env: Readonly<Record<string, string>> = {}): RunningStep {
    return this.job.start({ image: GIT_IMAGE, network: 'none', upload: 'never', ...inputs }, { env })
  }

  /** The same, to its end. */
  run(inputs: Inputs, env: Readonly<Record<string, string>> = {}): Promise<FinishedStep> {
    return this.start(inputs, env).result
  }

  /** A task whose main is killed before it ends, by what is in its environment. */
  async runKilled(inputs: Inputs, env: Readonly<Record<string, string>>): Promise<FinishedStep> {
    const step = await this.run(inputs, env)
    expect({ signal: step.signal, log: step.signal ? '' : step.log }).toEqual({ signal: 'SIGKILL', log: '' })
    return step
  }

  /** Nothing on the engine, no mount, no process, no working copy and none of what only a running task needs. */
  async expectNothingLeft(): Promise<void> {
    const filter = `label=acode.session=${this.session}`
    expect(await containers(filter)).toEqual([])
    expect(await volumes(filter)).toEqual([])
    expect(await namedLike(this.session)).toEqual([])
    expect(this.mounts()).toEqual([])
    expect(this.job.leftoverProcesses()).toEqual([])
    expect(globSync('acode-*/private', { cwd: this.job.temp })).toEqual([])
  }

  /** Mounts of this machine that belong to this job's tasks or lie over its folders. */
  mounts(): string[] {
    const lines = readFileSync('/proc/mounts', 'utf8').split('\n')
    return lines.filter((line) => line.includes(this.session) || line.includes(this.job.layout.root))
  }

  /** Beside which folders failed tasks' copies are kept. */
  get work(): string {
    return path.join(this.job.layout.root, '_work')
  }

  /** The kept copies of failed tasks. */
  kept(): string[] {
    return globSync('_acode-kept-*', { cwd: this.work }).map((name) => path.join(this.work, name))
  }
}

/** A small repository with a credential in its configuration, something uncommitted and something untracked. */
export function makeCheckout(folder: string): void {
  mkdirSync(path.join(folder, 'folder'), { recursive: true })
  git(folder, 'init', '--quiet', '--initial-branch=main')
  git(folder, 'config', 'user.name', 'Checkout')
  git(folder, 'config', 'user.email', 'checkout@example.com')
  for (let count = 0; count < 20; count++)
    writeFileSync(path.join(folder, 'folder', `file-${count}`), `${count}\n`)
  writeFileSync(path.join(folder, 'shared'), 'of the checkout\n')
  writeFileSync(path.join(folder, 'gone'), 'to be deleted\n')
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', 'first')
  git(folder, 'remote', 'add', 'origin', 'https://github.com/octo-org/octo-repo')
  git(folder, 'config', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${CREDENTIAL}`)
  writeFileSync(path.join(folder, 'folder', 'file-0'), 'not committed\n')
  writeFileSync(path.join(folder, 'untracked'), 'not known to git\n')
}

/** What the checkout's configuration holds and no task may see. */
export const CREDENTIAL = 'eC1hY2Nlc3MtdG9rZW46c2VjcmV0'

/** Runs git as the machine's user who owns nothing of the configuration. */
export function git(folder: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  // Since git 2.47 a commit's upkeep goes on, with a lock in the repository, when the commit is done.
  const own = ['-c', 'safe.directory=*', '-c', 'maintenance.auto=false', '-C', folder]
  return execFileSync('git', [...own, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** One hash of a whole tree: names, kinds, modes, owners, times of change, contents and link targets. */
export function hashOfTree(folder: string): string {
  const hash = createHash('sha256')
  const add = (file: string): void => {
    const state = lstatSync(file)
    hash.update(
      `${path.relative(folder, file)}\0${state.mode} ${state.uid} ${state.gid} ${state.mtimeMs} ${state.ctimeMs}\0`,
    )
    if (state.isDirectory()) for (const name of readdirSync(file).sort()) add(path.join(file, name))
    else if (state.isSymbolicLink()) hash.update(readlinkSync(file))
    else if (state.isFile()) hash.update(readFileSync(file))
  }
  add(folder)
  return hash.digest('hex')
}

/** The record of a step whose main came to its end. */
export function recordOf({ outputs, output }: FinishedStep): RunRecord {
  if (!outputs.record || !existsSync(outputs.record)) throw new Error(`The step has no record:\n${output}`)
  return runRecordSchema.parse(JSON.parse(readFileSync(outputs.record, 'utf8')))
}
