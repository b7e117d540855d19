/** Measures the built action beside a bare `docker run`, alternating in one run, and prints medians. */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { benchLog } from './measure/log.ts'
import { benchReport } from './measure/report.ts'
import { benchTask } from './measure/task.ts'
import { benchWorkspace } from './measure/workspace.ts'

const BENCHES = { task: benchTask, log: benchLog, workspace: benchWorkspace, report: benchReport }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' } },
})
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name))
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
if (unknown.length > 0 || (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))) {
  console.error(`usage: script/bench [${Object.keys(BENCHES).join('|')}] [--rounds N]`)
  process.exit(2)
}
const image = usableImage()
for (const [name, bench] of Object.entries(BENCHES))
  if (positionals.length === 0 || positionals.includes(name)) await bench(image, rounds)

/** The small image of script/engine; on the user's own engine busybox. */
function usableImage(): string {
  const has = (name: string) =>
    spawnSync('docker', ['image', 'inspect', name], { stdio: 'ignore' }).status === 0
  if (has('acode-test/base:1')) return 'acode-test/base:1'
  if (!has('busybox:stable')) spawnSync('docker', ['pull', 'busybox:stable'], { stdio: 'inherit' })
  return 'busybox:stable'
}
