/** Sends many tasks through one engine with random faults, and compares what there is on it before and after. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { inventory, isOfKilledBuilder } from '../__tests__/support/faults/leftovers.ts'
import { MortalEngine } from '../__tests__/support/faults/mortal-engine.ts'
import {
  KINDS,
  random,
  SoakedEngine,
  type Turned,
  takeTurn,
  turnOf,
} from '../__tests__/support/faults/soak.ts'
import { endWith } from './measure/engine.ts'

const AT_ONCE = 2
/** How many of the tasks are struck. */
const SHARE = 0.35
const REPORT_EACH = 20

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true })
const count = Number(positionals[0] ?? 500)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
  endWith('soak', new Error('usage: script/soak [N] [--seed S], both of them whole numbers'))

const engine = await MortalEngine.start({ disk: '2g' })
try {
  console.log(`${count} tasks, seed ${seed}`)
  const soaked = new SoakedEngine(engine)
  const next = random(seed)
  const plain = KINDS.filter(({ name }) => name !== 'bad').map((kind) => ({ kind, strike: null, afterMs: 0 }))
  // What is there after each kind of task has been there once is what there may be at the end.
  for (const turn of plain) report(await takeTurn(turn, soaked))
  const before = await inventory(engine)
  const bytesBefore = diskOf(engine)
  const turns = Array.from({ length: count }, () => turnOf(next, SHARE))
  const done: Turned[] = []
  const worker = async () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      const turned = await takeTurn(turn, soaked)
      done.push(turned)
      report(turned)
      if (done.length % REPORT_EACH === 0)
        console.log(`── ${done.length} of ${count}: ${await counts(engine)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  await soaked.calm()
  for (const turn of plain) report(await takeTurn(turn, soaked))
  const after = [...(await inventory(engine))].filter((line) => !before.has(line))
  const left = after.filter((line) => !isOfKilledBuilder(line))
  const broken = done.filter(({ problems }) => problems.length > 0)
  console.log(`\n${tally(done)}`)
  console.log(`Left: ${left.length === 0 ? 'nothing' : left.join('; ')}`)
  console.log(`Left by builders whose engine was killed: ${after.length - left.length} containers`)
  console.log(`Disk of the engine: ${mebibytes(bytesBefore)} before, ${mebibytes(diskOf(engine))} after`)
  console.log(`${done.length - broken.length} of ${done.length} tasks as they should be (seed ${seed}).`)
  process.exitCode = broken.length + left.length === 0 ? 0 : 1
} catch (error) {
  console.error(error)
  endWith('soak', error)
} finally {
  await engine.remove()
}

function report({ turn: { kind, strike, afterMs }, outcome, problems }: Turned): void {
  const struck = strike === null ? '' : `${strike} after ${afterMs} ms`
  const verdict = problems.length === 0 ? 'ok' : `FAILED: ${problems.join('; ')}`
  console.log(`${kind.name.padEnd(10)} ${struck.padEnd(30)} ${outcome.padEnd(28)} ${verdict}`)
}

async function counts(of: MortalEngine): Promise<string> {
  const all = await inventory(of).catch(() => null)
  if (all === null) return 'the engine does not answer'
  const kinds = Map.groupBy(all, (line) => line.split(' ')[0] ?? '')
  return [...kinds].map(([kind, lines]) => `${lines.length} ${kind}`).join(', ')
}

/** How many tasks ended how, of those that something struck, and of the others. */
function tally(done: readonly Turned[]): string {
  const rows = Map.groupBy(done, ({ turn }) => turn.strike ?? 'nothing struck')
  return [...rows]
    .map(([strike, some]) => {
      const outcomes = Map.groupBy(some, ({ outcome }) => outcome)
      const words = [...outcomes].map(([outcome, { length }]) => `${length} ${outcome}`)
      return `${strike.padEnd(16)} ${String(some.length).padStart(4)}: ${words.join(', ')}`
    })
    .join('\n')
}

function diskOf({ data }: MortalEngine): number {
  const { stdout } = spawnSync('df', ['--output=used', '--block-size=1', data], { encoding: 'utf8' })
  return Number(stdout.split('\n')[1])
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
