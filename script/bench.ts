/** Measures the built action beside a bare `docker run`, alternating in one run, and prints medians and the goals. */
import { parseArgs } from 'node:util'
import { benchCpu } from './measure/cpu.ts'
import { benchEgress } from './measure/egress.ts'
import { endWith, engineInUse, usableImage } from './measure/engine.ts'
import { printGoals, type Row } from './measure/goals.ts'
import { benchLog } from './measure/log.ts'
import { benchMany } from './measure/many.ts'
import { benchReport } from './measure/report.ts'
import { benchTask } from './measure/task.ts'
import { benchWorkspace } from './measure/workspace.ts'

const BENCHES = {
  task: benchTask,
  many: benchMany,
  cpu: benchCpu,
  log: benchLog,
  workspace: benchWorkspace,
  report: benchReport,
  egress: benchEgress,
}

const { names, rounds } = readArguments()
try {
  console.log(engineInUse())
  const image = usableImage('acode-test/base:1', 'busybox:stable')
  const rows: Row[] = []
  for (const [name, bench] of Object.entries(BENCHES))
    if (names.length === 0 || names.includes(name)) rows.push(...(await bench(image, rounds)))
  if (rows.length > 0) printGoals(rows)
} catch (error) {
  endWith('bench', error)
}

function readArguments(): { names: readonly string[]; rounds: number | undefined } {
  const options = { rounds: { type: 'string' } } as const
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
    const isKnown = positionals.every((name) => Object.hasOwn(BENCHES, name))
    if (isKnown && (rounds === undefined || (Number.isInteger(rounds) && rounds > 0)))
      return { names: positionals, rounds }
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  }
  console.error(`usage: script/bench [${Object.keys(BENCHES).join('|')}] [--rounds N]`)
  process.exit(2)
}
