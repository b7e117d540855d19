import { readdirSync, readFileSync } from 'node:fs'
import type { ArtifactService } from '../artifact-service.ts'
import type { Running } from '../runner/running.ts'
import type { StepResult } from '../runner.ts'
import type { MortalEngine } from './mortal-engine.ts'
import type { Moment } from './phases.ts'

/** What a fault strikes with. */
export type Struck = {
  readonly moment: Moment
  readonly engine: MortalEngine
  readonly artifacts: ArtifactService
}

/** Something that dies, hangs or runs full. */
export type Fault = {
  readonly name: string
  /** What is hit, by which a cell is judged. */
  readonly hits: 'program' | 'engine' | 'artifacts'
  /** True when no post follows, as where the runner has died with its step. */
  readonly endsRunner?: true
  /** True when what else runs on the engine ends with it. */
  readonly endsOthers?: true
  /** The phases in which it can strike; default all. */
  readonly phases?: readonly string[]
  /** Strikes, lets the program go on, and gives what became of it. */
  strike(struck: Struck): Promise<StepResult>
  /** All is as before: for the next start. */
  heal?(struck: Struck): Promise<void> | void
}

/** The runner cancels, and the call that is under way is done when its sender has gone. */
const cancelled = async ({ moment }: Struck): Promise<StepResult> => {
  const result = moment.target.cancel()
  // A program that is stopped takes no signal before it goes on; a request waits for its sender's end.
  moment.target.child.kill('SIGCONT')
  const step = await result
  moment.open()
  return step
}

const signalled =
  (signal: NodeJS.Signals) =>
  async ({ moment }: Struck): Promise<StepResult> => {
    const result = moment.target.kill(signal)
    moment.target.child.kill('SIGCONT')
    const step = await result
    moment.open()
    return step
  }

/** Every process that a program has started and that is still its child, the program last. */
export function killFamily({ child }: Running<StepResult>): void {
  const { pid = 0 } = child
  for (const one of [...descendants(pid), pid]) {
    try {
      process.kill(one, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number)
  return children.flatMap((one) => [...descendants(one), one])
}

function parentOf(pid: string): number | null {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return null
  }
}

/** All faults that a run may meet. */
export const FAULTS: readonly Fault[] = [
  { name: 'SIGINT', hits: 'program', strike: cancelled },
  { name: 'SIGTERM', hits: 'program', strike: signalled('SIGTERM') },
  { name: 'SIGKILL', hits: 'program', strike: signalled('SIGKILL') },
  {
    name: 'group-SIGKILL',
    hits: 'program',
    endsRunner: true,
    async strike({ moment }) {
      killFamily(moment.target)
      moment.open()
      return moment.target.result
    },
  },
  {
    name: 'engine-restart',
    hits: 'engine',
    endsOthers: true,
    async strike({ moment, engine }) {
      const restarted = engine.restart()
      moment.open()
      await restarted
      return moment.target.result
    },
  },
  {
    name: 'engine-kill',
    hits: 'engine',
    endsOthers: true,
    async strike({ moment, engine }) {
      await engine.down('SIGKILL')
      moment.open()
      return moment.target.result
    },
    heal: ({ engine }) => engine.up(),
  },
  {
    name: 'engine-frozen',
    hits: 'engine',
    async strike(struck) {
      struck.engine.freeze()
      struck.moment.open()
      return cancelled(struck)
    },
    heal: ({ engine }) => engine.thaw(),
  },
  {
    name: 'disk-full',
    hits: 'engine',
    async strike({ moment, engine }) {
      await engine.fill()
      moment.open()
      return moment.target.result
    },
    heal: ({ engine }) => engine.unfill(),
  },
  {
    name: 'artifacts-down',
    hits: 'artifacts',
    phases: ['upload'],
    async strike({ moment, artifacts }) {
      await artifacts.stop()
      moment.open()
      return moment.target.result
    },
  },
  {
    name: 'artifacts-slow',
    hits: 'artifacts',
    phases: ['upload'],
    async strike({ moment, artifacts }) {
      artifacts.slow(2_000)
      moment.open()
      return moment.target.result
    },
  },
  {
    name: 'artifacts-hang',
    hits: 'artifacts',
    phases: ['upload'],
    strike: ({ moment }) => moment.target.result,
  },
]
