import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Job } from '../../__tests__/support/runner.ts'
import { formatBytes } from '../../src/formats/units.ts'
import { line, median } from './figures.ts'
import type { Row } from './goals.ts'
import { watchMemory } from './memory.ts'

const ROUNDS = 5
const WARM_UPS = 1
const MEGABYTES = 300
const BYTES = MEGABYTES * 1_000_000

/** Lines of 64 bytes: a file of 10 MB, and that file 30 times over, so that the task is not what is slow. */
const SCRIPT = `yes ${'x'.repeat(63)} | head -c ${BYTES / 30} > /tmp/lines
exec cat ${'/tmp/lines '.repeat(30)}`

/** Becomes the program, whose output goes to a reader that discards it. */
const DISCARD = '#!/bin/bash\nexec "$PROGRAM" "$@" > >(exec cat > /dev/null)\n'

/** 300 MB of output through the action, beside a bare attached container; both read and discarded by \`cat\`. */
export async function benchLog(image: string, rounds = ROUNDS): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'acode-bench-'))
  const discard = join(folder, 'discard')
  writeFileSync(discard, DISCARD)
  chmodSync(discard, 0o755)
  const run = ['run', '--rm']
  const command = [image, 'sh', '-c', SCRIPT]
  const bare: number[] = []
  const unkept: number[] = []
  const ours: { seconds: number; peak: number }[] = []
  try {
    for (let round = -WARM_UPS; round < rounds; round++) {
      const first = await docker(discard, [...run, '--log-driver', 'none', ...command])
      const action = await throughAction(discard, image)
      const last = await docker(discard, [...run, ...command])
      if (round < 0) continue
      unkept.push(first)
      ours.push(action)
      bare.push(last)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const speed = (seconds: readonly number[]): number => MEGABYTES / median(seconds)
  const seconds = ours.map((one) => one.seconds)
  console.log(`\n${MEGABYTES} MB of output from ${image}, ${rounds} rounds after ${WARM_UPS}, medians\n`)
  for (const [what, figures] of [
    ['docker run --rm', bare],
    ['docker run --rm --log-driver none', unkept],
    ['the action’s main, runner.log included', seconds],
  ] as const)
    line(what, `${String(Math.round(speed(figures))).padStart(5)} MB/s`, `${median(figures).toFixed(2)} s`)
  const ratio = speed(seconds) / speed(unkept)
  const peak = formatBytes(Math.max(...ours.map((one) => one.peak)))
  line('ratio to docker run', (speed(seconds) / speed(bare)).toFixed(2).padStart(5))
  line('ratio to docker run --log-driver none', ratio.toFixed(2).padStart(5))
  line('peak memory of main (VmHWM)', peak)
  const work = `log of ${MEGABYTES} MB, beside a bare attach without log driver`
  return [{ work, figure: ratio, goal: { atLeast: 0.85 }, more: `main took ${peak} of memory at most` }]
}

async function docker(discard: string, args: readonly string[]): Promise<number> {
  const child = spawn(discard, args, { stdio: 'inherit', env: { ...process.env, PROGRAM: 'docker' } })
  const started = performance.now()
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`docker run exited with ${code}`)
  return (performance.now() - started) / 1000
}

async function throughAction(discard: string, image: string): Promise<{ seconds: number; peak: number }> {
  const job = await Job.create({ nodePath: discard, env: { PROGRAM: process.execPath } })
  try {
    const step = job.start({ image, run: SCRIPT, upload: 'never' })
    const memory = watchMemory(step.child)
    const main = await step.result
    const peak = memory()
    const bytes = main.outputs.log === undefined ? 0 : statSync(main.outputs.log).size
    if (main.failed || bytes !== BYTES)
      throw new Error(`the log has ${bytes} bytes, not ${BYTES}: ${main.output}`)
    await main.post()
    return { seconds: main.durationMs / 1000, peak }
  } finally {
    await job.remove()
  }
}
