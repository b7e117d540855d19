import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { inventory } from '../../support/faults/leftovers.ts'
import { MortalEngine } from '../../support/faults/mortal-engine.ts'
import { recordOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const RUN = `
echo task at work
while [ ! -e /mark/go ]; do sleep 0.1; done
echo task ends; echo changed >made; echo out=1 >>"$GITHUB_OUTPUT"; exit 3`

/** The starts of containers that the engine has reported. */
async function startsOf({ host }: MortalEngine): Promise<string> {
  const filter = ['--since', '10m', '--until', '0s', '--filter', 'event=start', '--format', '{{.Action}}']
  return (await promisify(execFile)('docker', ['--host', host, 'events', ...filter])).stdout
}

/** A task that waits for a word, on an engine that may die meanwhile. */
async function waitingOn(engine: MortalEngine, inputs: Readonly<Record<string, string>> = {}) {
  onTestFinished(() => engine.remove())
  const before = await inventory(engine)
  const task = await TaskJob.create()
  mkdirSync(path.join(task.job.workspace, 'mark'))
  const given = { image: imageName.base, run: RUN, mounts: 'mark:/mark', ...inputs }
  const running = task.job.start(given, { env: { DOCKER_HOST: engine.host } })
  await running.sees(/^task at work/m)
  // An engine that is killed before it has written the start down does not know of it later.
  await vi.waitFor(async () => expect(await startsOf(engine)).toContain('start'), { timeout: 30_000 })
  const letEnd = () => writeFileSync(path.join(task.job.workspace, 'mark/go'), '')
  const left = async () => [...(await inventory(engine))].filter((line) => !before.has(line))
  return { task, running, letEnd, left }
}

describe.skipIf(process.getuid?.() !== 0)('an engine that is restarted under a task', () => {
  it.each(someOf(['SIGTERM', 'SIGKILL'] as const, 1, 1))(
    'RUN-11, CTN-5 with live-restore: the task runs on, is attached to again, and ends as it does (%s)',
    async (signal) => {
      const engine = await MortalEngine.start({ liveRestore: true })
      const { task, running, letEnd, left } = await waitingOn(engine)
      await engine.down(signal)
      await engine.up()
      await running.sees(/The engine was lost and is back: the task runs on/)
      letEnd()
      const step = await running.result
      expect(await recordOf(step), step.log).toMatchObject({
        ...{ status: 'failed', exitCode: 3, error: null },
        cleanup: { failed: [] },
      })
      // An engine before 25 loses count of the overlay's volume, and says so when it is removed.
      const { kept } = (await recordOf(step)).cleanup
      for (const { reason } of kept) expect(reason).toMatch(/live-restore.*unmount its mountpoint/)
      const held = kept.map(({ name }) => `volume ${name}`)
      expect(step.output).toMatch(/^task ends$/m)
      expect(step.outputs.out).toBe('1')
      expect((await step.post()).annotations).toEqual([])
      expect((await left()).filter((line) => !line.startsWith('mount '))).toEqual(held)
      expect(task.privateFolders()).toEqual([])
    },
  )

  it('RUN-11, CTN-12 without: how the engine ended the task is not how it ended, and says nothing of 137', async () => {
    const engine = await MortalEngine.start()
    const { running, left } = await waitingOn(engine)
    await engine.restart()
    const step = await running.result
    const record = await recordOf(step)
    expect(record, step.log).toMatchObject({ status: 'error', exitCode: null })
    expect(record.error?.code).toMatch(/^ACODE-CTN-00[35]$/)
    expect(record.error?.message).toMatch(/(The engine went away while|was ended from outside).*live-restore/)
    expect((await step.post()).failed).toBe(false)
    expect(await left()).toEqual([])
  })
})
