import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts'
import { ArtifactService } from '../artifact-service.ts'
import { imageName } from '../engine.ts'
import { EngineGate } from '../engine-gate.ts'
import { type FinishedStep, Job, type StepResult } from '../runner.ts'
import { problemsOf } from './judge.ts'
import { guardsOf, inventory, leftOnMachine } from './leftovers.ts'
import type { MortalEngine } from './mortal-engine.ts'
import { appliedFiles, hasRun, type Phase, prepare } from './phases.ts'
import type { Sibling } from './sibling.ts'
import type { Fault, Struck } from './strikes.ts'

/** A fault in a phase. */
export type Cell = { readonly phase: Phase; readonly fault: Fault }

/** What became of a cell. */
export type CellResult = {
  readonly problems: readonly string[]
  readonly outcome: string
  readonly seconds: number
  readonly log: string
  /** The guard lives a while after its main: what it leaves is known later. */
  readonly guard: Promise<string | null>
}

export const nameOf = ({ phase, fault }: Cell): string => `${fault.name}:${phase.name}`

/** Strikes a run of one task on the engine, then starts once more on the same machine, and looks at all that there is. */
export async function runCell(
  cell: Cell,
  engine: MortalEngine,
  sibling: Sibling | null,
): Promise<CellResult> {
  const started = performance.now()
  const artifacts = await ArtifactService.start()
  const job = await Job.create({ artifacts })
  const gate = await EngineGate.open(engine.host)
  try {
    await prepare(job)
    const image = cell.phase.isWithout?.()
    if (image !== undefined) await engine.docker('rmi', '--force', image).catch(() => undefined)
    const before = await inventory(engine)
    const main = job.start(cell.phase.inputs(), { env: { DOCKER_HOST: gate.env.DOCKER_HOST } })
    const moment = await cell.phase.reach({ job, gate, artifacts, main })
    const struck: Struck = { moment, engine, artifacts }
    const at = performance.now()
    const step = await cell.fault.strike(struck)
    const milliseconds = performance.now() - at
    moment.open()
    await cell.fault.heal?.(struck)
    gate.clear()
    const ended = moment.ended ?? (await main.result)
    const post = moment.ended ? step : cell.fault.endsRunner ? null : await ended.post()
    const record = recordIn(job)
    const next = await startNext(job, engine)
    const evidence = {
      ...{ main: ended, post, struck: { step, milliseconds }, record, next },
      isUploaded: artifacts.artifacts.size > 0,
      hasRun: hasRun(job),
      appliedFiles: appliedFiles(job),
      left: [...(await leftOn(engine, before)), ...leftOnMachine(job)],
      sibling: (await sibling?.harm()) ?? null,
    }
    return {
      problems: problemsOf(cell.phase, cell.fault, evidence),
      outcome: record === null ? 'no record' : `${record.status} ${record.error?.code ?? ''}`.trim(),
      seconds: (performance.now() - started) / 1000,
      log: logOf(ended, post, next.step),
      guard: guardLeft(main.child.pid ?? 0),
    }
  } finally {
    await gate.close()
    await job.remove()
    await artifacts.stop().catch(() => undefined)
  }
}

/** The record of the only run so far, as it is on the disk. */
function recordIn({ temp }: Job): RunRecord | null {
  const [file] = globSync('acode-*/record/container/metadata/run.json', { cwd: temp })
  if (file === undefined) return null
  return runRecordSchema.parse(JSON.parse(readFileSync(path.join(temp, file), 'utf8')))
}

/** The next step of the machine's next job. */
async function startNext(job: Job, engine: MortalEngine) {
  const inputs = { image: imageName.base, run: 'true', 'task-id': 'next', workspace: 'none', upload: 'never' }
  const step: FinishedStep = await job.uses(inputs, { env: { DOCKER_HOST: engine.host } })
  await step.post()
  const file = step.outputs.record
  const record = file === undefined ? null : runRecordSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  return { step, record }
}

async function leftOn(engine: MortalEngine, before: ReadonlySet<string>): Promise<string[]> {
  const now = await inventory(engine)
  return [...now].filter((line) => !before.has(line))
}

/** A guard waits 15 s for others to clean up, and then has a look itself. */
const GUARD_MS = 40_000

async function guardLeft(main: number): Promise<string | null> {
  const giveUp = performance.now() + GUARD_MS
  while (guardsOf(main).length > 0) {
    if (performance.now() > giveUp) return `process: the guard of main ${main}`
    await sleep(250)
  }
  return null
}

const logOf = (main: StepResult, post: StepResult | null, next: StepResult): string =>
  [
    ...['── main', main.log],
    ...(post === null ? [] : ['── post', post.log]),
    ...['── the next start', next.log],
  ].join('\n')
