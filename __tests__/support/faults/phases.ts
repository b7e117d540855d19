import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { ArtifactService } from '../artifact-service.ts'
import { imageName, registryImage } from '../engine.ts'
import { type EngineGate, REQUEST } from '../engine-gate.ts'
import type { Running } from '../runner/running.ts'
import type { FinishedStep, Inputs, Job, RunningStep, StepResult } from '../runner.ts'

/** What a phase is reached with. */
export type Scene = {
  readonly job: Job
  readonly gate: EngineGate
  readonly artifacts: ArtifactService
  readonly main: RunningStep
}

/** A program of the action that stands still in a phase until it is let go on. */
export type Moment = {
  readonly target: Running<StepResult>
  /** Where post is struck: main, which has ended. */
  readonly ended?: FinishedStep
  open(): void
}

/** A part of a run's life in which faults strike. */
export type Phase = {
  readonly name: string
  /** How far the task has come by then. */
  readonly stage: 'before' | 'running' | 'ended'
  inputs(): Inputs
  /** What the engine must not have any more. */
  readonly isWithout?: () => string
  /** Waits until the program is in the phase. */
  reach(scene: Scene): Promise<Moment>
}

/** So many files the task makes that an apply can be met at work. */
export const CHANGED_FILES = 300

/** Says that it runs, changes its workspace, and waits for a word (in /mark, the folder `mark` of the runner's). */
const TASK = `
echo ran >>/mark/ran
n=0; while [ $n -lt ${CHANGED_FILES} ]; do echo new >"made-$n"; n=$((n + 1)); done
echo task at work
while [ ! -e /mark/go ]; do sleep 0.05; done
echo task ends`

/** A server next to the task. */
export const SERVICE = `db: { image: '${imageName.base}', command: [nc, -ll, -p, '80', -e, echo, reached], ready: { port: 80 } }`

/** None of it is in the builder's cache. */
const dockerfile = () => `FROM ${imageName.base}
RUN echo ${randomUUID()} >/built && echo at build && sleep 3
`

const inputs =
  (further: Inputs = {}) =>
  (): Inputs => ({
    ...{ image: imageName.base, run: TASK, mounts: 'mark:/mark', changes: 'apply', 'stop-grace': '1s' },
    ...further,
  })
const copied = inputs({ workspace: 'copy' })

/** Makes the checkout that the task works on. */
export async function prepare({ workspace }: Job): Promise<void> {
  for (const folder of ['mark', 'image']) mkdirSync(path.join(workspace, folder), { recursive: true })
  writeFileSync(path.join(workspace, '.gitignore'), '/mark\n')
  writeFileSync(path.join(workspace, 'image/Dockerfile'), dockerfile())
  const commit = 'git init -q . && git add . && git -c user.name=t -c user.email=t@t commit -qm one'
  await promisify(execFile)('sh', ['-ec', commit], { cwd: workspace })
}

const markOf = ({ workspace }: Job, name: string): string => path.join(workspace, 'mark', name)

/** Lets the task end; one that starts later does not wait. */
const letEnd = (job: Job): void => writeFileSync(markOf(job, 'go'), '')

/** Whether the task has run, as it says itself. */
export const hasRun = (job: Job): boolean => existsSync(markOf(job, 'ran'))

/** How many of the task's files are in the runner's workspace. */
export const appliedFiles = ({ workspace }: Job): number =>
  readdirSync(workspace).filter((name) => name.startsWith('made-')).length

/** Main is at a request of the engine, which has not come there yet. */
const atRequest =
  (pattern: RegExp): Phase['reach'] =>
  async ({ gate, job, main }) => {
    letEnd(job)
    const held = gate.hold(pattern)
    await held.reachedBy(main)
    return { target: main, open: held.open }
  }

/** The same, of a request that comes after the task has ended. */
const afterTask =
  (pattern: RegExp): Phase['reach'] =>
  async (scene) => {
    await scene.main.sees(/^task at work/m)
    return atRequest(pattern)(scene)
  }

/** Main moves on, but not before the fault has struck. */
const stopped = (target: RunningStep): Moment => {
  target.child.kill('SIGSTOP')
  return { target, open: () => target.child.kill('SIGCONT') }
}

async function atApply({ job, main }: Scene): Promise<Moment> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const watcher = watch(job.workspace, (_what, name) => name?.startsWith('.acode-apply-') && resolve())
  letEnd(job)
  await Promise.race([promise, main.result.then(() => Promise.reject(new Error(main.output())))])
  watcher.close()
  return stopped(main)
}

/** Post of a main that was killed while its task ran. */
async function atPost({ gate, main }: Scene): Promise<Moment> {
  await main.sees(/^task at work/m)
  const ended = await main.kill()
  const held = gate.hold(REQUEST.list)
  const target = ended.startPost()
  await held.reachedBy(target)
  return { target, ended, open: held.open }
}

async function atUpload({ job, artifacts, main }: Scene): Promise<Moment> {
  letEnd(job)
  const ended = await main.result
  const { open } = artifacts.hold('upload')
  const target = ended.startPost()
  await Promise.race([artifacts.arrived('upload'), target.result])
  return { target, ended, open }
}

/** In the order of a run. What is added to a run gets a line here. */
export const PHASES: readonly Phase[] = [
  { name: 'sweep', stage: 'before', inputs: inputs(), reach: atRequest(REQUEST.list) },
  {
    name: 'pull',
    stage: 'before',
    inputs: () => inputs({ image: registryImage(imageName.pulled), pull: 'always' })(),
    isWithout: () => registryImage(imageName.pulled),
    reach: atRequest(REQUEST.pull),
  },
  {
    name: 'build',
    stage: 'before',
    inputs: inputs({ image: '', build: 'image' }),
    async reach({ main, job }) {
      letEnd(job)
      await main.sees(/^at build$/m)
      return { target: main, open: () => undefined }
    },
  },
  { name: 'workspace', stage: 'before', inputs: copied, reach: atRequest(REQUEST.write) },
  {
    name: 'services',
    stage: 'before',
    inputs: inputs({ services: SERVICE }),
    reach: atRequest(REQUEST.start),
  },
  { name: 'egress', stage: 'before', inputs: inputs({ egress: 'audit' }), reach: atRequest(REQUEST.start) },
  { name: 'create', stage: 'before', inputs: inputs(), reach: atRequest(REQUEST.create) },
  { name: 'start', stage: 'before', inputs: inputs(), reach: atRequest(REQUEST.start) },
  {
    name: 'run',
    stage: 'running',
    inputs: inputs(),
    async reach({ main, job }) {
      await main.sees(/^task at work/m)
      return { target: main, open: () => letEnd(job) }
    },
  },
  { name: 'collect', stage: 'ended', inputs: copied, reach: afterTask(REQUEST.read) },
  {
    name: 'cache',
    stage: 'ended',
    inputs: () =>
      inputs({ cache: '/kept', 'cache-key': randomUUID(), run: `echo kept >/kept/file\n${TASK}` })(),
    reach: afterTask(REQUEST.writeCache),
  },
  { name: 'apply', stage: 'ended', inputs: inputs(), reach: atApply },
  { name: 'remove', stage: 'ended', inputs: inputs(), reach: afterTask(REQUEST.remove) },
  { name: 'post', stage: 'running', inputs: inputs(), reach: atPost },
  { name: 'upload', stage: 'ended', inputs: inputs(), reach: atUpload },
]
