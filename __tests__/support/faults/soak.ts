import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts'
import { ArtifactService } from '../artifact-service.ts'
import { imageName } from '../engine.ts'
import { type FinishedStep, type Inputs, Job, type RunningStep } from '../runner.ts'
import type { MortalEngine } from './mortal-engine.ts'
import { prepare, SERVICE } from './phases.ts'
import { killFamily } from './strikes.ts'

/** A task of a kind, and how it ends where nothing strikes it. */
type Kind = { readonly name: string; readonly inputs: Inputs; readonly ends: RunRecord['status'] }

const kind = (name: string, ends: RunRecord['status'], inputs: Inputs): Kind => ({ name, ends, inputs })
const CHANGE = 'echo changed >made; rm image/Dockerfile; echo out=1 >>"$GITHUB_OUTPUT"'

/** Of everything that a task may be, something. */
export const KINDS: readonly Kind[] = [
  kind('plain', 'succeeded', { run: 'echo well', workspace: 'none' }),
  kind('overlay', 'succeeded', { run: CHANGE, changes: 'apply' }),
  kind('copy', 'succeeded', { run: CHANGE, workspace: 'copy', changes: 'apply' }),
  kind('clone', 'succeeded', { run: CHANGE, workspace: 'clone' }),
  kind('bind', 'succeeded', { run: CHANGE, workspace: 'bind' }),
  kind('artifacts', 'succeeded', { run: 'head -c 300000 /dev/urandom >"$ARTIFACT_DIR/bytes"' }),
  kind('output', 'succeeded', { run: 'yes "a line of output" | head -n 50000', network: 'none' }),
  kind('failing', 'failed', { run: 'exit 3' }),
  kind('slow', 'timed-out', { run: 'sleep 100', timeout: '2s', 'stop-grace': '1s' }),
  kind('hungry', 'out-of-memory', { run: 'tail /dev/zero', memory: '16m' }),
  kind('flaky', 'failed', { run: 'exit 75', retry: '{ max: 1, on: [exit:75] }' }),
  kind('built', 'succeeded', { run: 'true', image: '', build: 'image' }),
  kind('served', 'succeeded', { run: 'nc db 80 </dev/null', services: SERVICE }),
  kind('limited', 'succeeded', { run: 'echo well', egress: 'audit' }),
  kind('cached', 'succeeded', { run: 'touch /kept/file', cache: '/kept', 'cache-key': 'soak' }),
  kind('bad', 'error', { run: 'true', network: 'no-such-network' }),
]

/** What strikes a task while it is at work; `nothing` mostly. */
export const STRIKES = [
  ...['SIGINT', 'SIGTERM', 'SIGKILL', 'group-SIGKILL'],
  ...['engine-restart', 'engine-kill', 'engine-frozen', 'disk-full', 'artifacts-down'],
] as const
type Strike = (typeof STRIKES)[number]

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One task of a soak. */
export type Turn = {
  readonly kind: Kind
  readonly strike: Strike | null
  /** After the start of main. */
  readonly afterMs: number
}

/** The strikes are spread over all of a run's life, its post too. */
const LONGEST_MS = 3_000

export function turnOf(next: () => number, share: number): Turn {
  const pick = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(next() * all.length)]
    if (one === undefined) throw new Error('There is nothing to choose from.')
    return one
  }
  const chosen = pick(KINDS)
  const strike = next() < share ? pick(STRIKES) : null
  return { kind: chosen, strike, afterMs: Math.round(next() * LONGEST_MS) }
}

/** How a turn went. */
export type Turned = { readonly turn: Turn; readonly outcome: string; readonly problems: readonly string[] }

/** The engine of a soak, and how often something has struck it: who ran meanwhile may have been hit too. */
export class SoakedEngine {
  readonly engine: MortalEngine
  strikes = 0
  #striking: Promise<void> = Promise.resolve()

  constructor(engine: MortalEngine) {
    this.engine = engine
  }

  /** One strike after the other: the engine is well again when it is over. */
  strike(work: (engine: MortalEngine) => Promise<void>): Promise<void> {
    this.strikes++
    this.#striking = this.#striking
      .then(() => work(this.engine))
      .then(() => {
        this.strikes++
      })
    return this.#striking
  }

  /** Resolves when nothing strikes it. */
  calm(): Promise<void> {
    return this.#striking
  }
}

/** Runs one task, strikes it, and judges what it says of itself. */
export async function takeTurn(turn: Turn, soaked: SoakedEngine): Promise<Turned> {
  await soaked.calm()
  const before = soaked.strikes
  const artifacts = await ArtifactService.start()
  const job = await Job.create({ artifacts })
  try {
    await prepare(job)
    const inputs = { image: imageName.base, ...turn.kind.inputs }
    const main = job.start(inputs, { env: { DOCKER_HOST: soaked.engine.host } })
    const striking =
      turn.strike === null ? null : strikeLater(turn.strike, turn.afterMs, main, soaked, artifacts)
    const step = await main.result
    const post = turn.strike === 'group-SIGKILL' && step.signal !== null ? null : await step.post()
    await striking
    const isStruck = turn.strike !== null || soaked.strikes !== before
    const record = readRecord(job)
    return { turn, outcome: outcomeOf(record), problems: problemsOf(turn, isStruck, { step, post, record }) }
  } finally {
    await job.remove()
    await artifacts.stop().catch(() => undefined)
  }
}

async function strikeLater(
  strike: Strike,
  afterMs: number,
  main: RunningStep,
  soaked: SoakedEngine,
  artifacts: ArtifactService,
): Promise<void> {
  await sleep(afterMs)
  const isOver = main.child.exitCode !== null || main.child.signalCode !== null
  switch (strike) {
    case 'SIGINT':
      return void (isOver || (await main.cancel()))
    case 'SIGTERM':
    case 'SIGKILL':
      return void (isOver || (await main.kill(strike)))
    case 'group-SIGKILL':
      return isOver ? undefined : killFamily(main)
    case 'artifacts-down':
      return artifacts.stop()
    case 'engine-restart':
      return soaked.strike((engine) => engine.restart())
    case 'engine-kill':
      return soaked.strike(async (engine) => {
        await engine.down('SIGKILL')
        await engine.up()
      })
    case 'engine-frozen':
      return soaked.strike(async (engine) => {
        engine.freeze()
        await sleep(PAUSE_MS)
        engine.thaw()
      })
    case 'disk-full':
      return soaked.strike(async (engine) => {
        await engine.fill()
        await sleep(PAUSE_MS)
        engine.unfill()
      })
  }
}

/** How long an engine is frozen, or has no room. */
const PAUSE_MS = 2_000

/** The record as it is on the disk, by whichever step. */
function readRecord({ temp }: Job): RunRecord | null {
  const [file] = globSync('acode-*/record/container/metadata/run.json', { cwd: temp })
  return file === undefined
    ? null
    : runRecordSchema.parse(JSON.parse(readFileSync(path.join(temp, file), 'utf8')))
}

const outcomeOf = (record: RunRecord | null): string =>
  record === null ? 'no record' : `${record.status} ${record.error?.code ?? ''}`.trim()

function problemsOf(
  { kind: { ends } }: Turn,
  isStruck: boolean,
  {
    step,
    post,
    record,
  }: { step: FinishedStep; post: { failed: boolean; log: string } | null; record: RunRecord | null },
): string[] {
  const log = step.log + (post?.log ?? '')
  const wrong = /failed unexpectedly|Internal error|TypeError/.exec(log)
  const isAsExpected = record?.status === ends && post?.failed === false
  const isGuess = record?.exitCode === 137 && record.status === 'failed'
  return [
    ...(wrong === null ? [] : [`the log says “${wrong[0]}”:\n${log}`]),
    ...(isStruck || isAsExpected ? [] : [`${outcomeOf(record)}, not ${ends}:\n${log}`]),
    ...(isGuess ? [`137 is a guess:\n${log}`] : []),
    ...(post !== null && record !== null && record.finishedAt === null
      ? [`the record is open:\n${log}`]
      : []),
    ...(post?.failed ? [`post fails:\n${log}`] : []),
  ]
}
