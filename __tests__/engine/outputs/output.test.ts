import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { logOf } from '../../support/record.ts'
import type { RunningStep } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.base
const MIB = 2 ** 20

/** Watches the most memory that the step's process has had, as the kernel counts it, while its output comes. */
function watchMemory({ child }: RunningStep): () => number {
  let chunks = 0
  let peak = 0
  child.stdout?.on('data', () => {
    chunks += 1
    // Its last output may come when it is gone.
    const file = `/proc/${child.pid}/status`
    if (chunks % 100 !== 0 || !existsSync(file)) return
    const status = readFileSync(file, 'utf8')
    peak = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? peak / 1024) * 1024
  })
  return () => peak
}

describe('a task’s output', () => {
  const newJob = jobs()

  it.each(
    someOf(
      [
        ['500 MB of lines', 'yes "a line of the output of some length" | head -c 500000000', 500_000_000],
        ['one line of 300 MB', 'tr "\\0" x </dev/zero | head -c 300000000', 300_000_000],
      ],
      1,
      1,
    ),
  )('IMG-5 passes at flat memory: %s', async (_, print, bytes) => {
    const running = (await newJob()).start({ image, run: print })
    const peak = watchMemory(running)
    const step = await running.result
    expect(step.failed).toBe(false)
    expect((await stat(step.outputs.log ?? '')).size).toBe(bytes)
    expect(peak()).toBeGreaterThan(30 * MIB)
    expect(peak()).toBeLessThan(200 * MIB)
  })

  it.each([
    ['without secrets', ''],
    ['with secrets that are looked for', 'KEY=never-printed-anywhere'],
  ])('IMG-5 is in runner.log byte for byte, %s', async (_, secrets) => {
    const job = await newJob()
    const bytes = randomBytes(5 * MIB)
    writeFileSync(path.join(job.workspace, 'data'), bytes)
    const step = await job.uses({ image, run: 'cat data', secrets })
    expect((await logOf(step)).equals(bytes)).toBe(true)
  })

  it('IMG-5 is seen while the task still runs, also a line that has no end yet', async () => {
    const run = `echo first; printf 'no end yet'; read _ <go; echo; echo last`
    const job = await newJob()
    const { execFileSync } = await import('node:child_process')
    execFileSync('mkfifo', [path.join(job.workspace, 'go')])
    const running = job.start({ image, run, workspace: 'bind' })
    await running.sees(/^first$/m)
    await running.sees(/^no end yet$/m)
    expect(running.output()).not.toContain('last')
    writeFileSync(path.join(job.workspace, 'go'), 'go\n')
    const step = await running.result
    expect((await logOf(step)).toString()).toBe('first\nno end yet\nlast\n')
  })

  it('IMG-5 has standard error with it, in the order in which it was written', async () => {
    // The engine has a pipe for each: what was written is in order once the one before it has come.
    const run = `say() { echo "$1 $2"; until [ -e "$1-$2" ]; do sleep 0.05; done; }
      for i in 1 2 3 4 5; do say out $i; say err $i >&2; done`
    const expected = [1, 2, 3, 4, 5].flatMap((i) => [`out ${i}`, `err ${i}`])
    const job = await newJob()
    const running = job.start({ image, run, workspace: 'bind' })
    for (const line of expected) {
      await running.sees(new RegExp(`^${line}$`, 'm'))
      writeFileSync(path.join(job.workspace, line.replace(' ', '-')), '')
    }
    const step = await running.result
    expect((await logOf(step)).toString()).toBe(`${expected.join('\n')}\n`)
    expect(step.lines.filter((line) => /^(out|err) /.test(line))).toEqual(expected)
  })

  it('IMG-5 is whole where the task ends at once, and where it fails', async () => {
    const step = await (await newJob()).uses({ image, command: '[sh, -c, "seq 1 20000; exit 4"]' })
    const lines = (await logOf(step)).toString().split('\n')
    expect(lines.slice(0, 20_000)).toEqual(Array.from({ length: 20_000 }, (_, index) => String(index + 1)))
    expect(step.outputs['exit-code']).toBe('4')
  })

  it('IMG-5 may be none', async () => {
    const step = await (await newJob()).uses({ image, run: 'true' })
    expect((await logOf(step)).length).toBe(0)
  })

  it('RNR-1 has paths below workspace-path as paths of the runner in the log, and as they were in runner.log', async () => {
    const job = await newJob()
    const run = 'echo "$PWD/a.ts:3: wrong"'
    const step = await job.uses({ image, run, 'workspace-path': '/work space' })
    expect(step.lines).toContain(`${job.workspace}/a.ts:3: wrong`)
    expect((await logOf(step)).toString()).toBe('/work space/a.ts:3: wrong\n')
  })
})
