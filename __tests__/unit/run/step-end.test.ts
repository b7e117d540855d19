import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StopSignals } from '../../../src/host/signals.ts'
import { runFolderAt } from '../../../src/record/folder.ts'
import { StepEnd, takeApplyToken } from '../../../src/run/context/step-end.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const yes = Promise.resolve(true)
const no = Promise.resolve(false)

/** A step's summary, and a run that is cancelled by its end. */
function step(content = '') {
  const summary = join(temporaryFolder(), 'step_summary_1')
  writeFileSync(summary, content)
  const cancel = new AbortController()
  const { signal } = cancel
  const signals: StopSignals = { cancel: signal, force: signal, late: signal, end: () => cancel.abort() }
  return { summary, signals, env: { GITHUB_STEP_SUMMARY: summary } }
}

describe('StepEnd (RNR-6)', () => {
  it('is seen by the copy that the runner makes of the summary, and cancels', async () => {
    const { summary, signals, env } = step()
    const end = await StepEnd.watch(env, signals, yes)
    expect(readFileSync(summary, 'utf8')).toBe('\n')
    expect(end.isOver()).toBe(false)
    writeFileSync(`${summary}-scrubbed`, '')
    await expect.poll(() => signals.cancel.aborted, { timeout: 20_000 }).toBe(true)
    expect(end.isOver()).toBe(true)
  })

  it('is seen where the job’s files are gone', async () => {
    const { summary, signals, env } = step()
    const end = await StepEnd.watch(env, signals, yes)
    rmSync(summary)
    expect(end.isOver()).toBe(true)
    await end.withdraw()
  })

  it.each(['', 'of another step of this action\n'])('leaves the summary as it was, %j', async (content) => {
    const { summary, signals, env } = step(content)
    const end = await StepEnd.watch(env, signals, yes)
    await end.withdraw()
    expect(readFileSync(summary, 'utf8').trimEnd()).toBe(content.trimEnd())
  })

  it('is not looked for outside of containers, nor without a summary that can be written', async () => {
    const { summary, signals, env } = step()
    const outside = await StepEnd.watch(env, signals, no)
    expect(readFileSync(summary, 'utf8')).toBe('')
    rmSync(summary)
    mkdirSync(summary)
    for (const end of [
      outside,
      await StepEnd.watch(env, signals, yes),
      await StepEnd.watch({}, signals, yes),
    ])
      expect(end.isOver()).toBe(false)
  })
})

describe('takeApplyToken (RNR-6)', () => {
  it('is got by one alone, and by none where the run’s folder is gone', async () => {
    const folder = runFolderAt(temporaryFolder())
    expect((await Promise.all([takeApplyToken(folder), takeApplyToken(folder)])).sort()).toEqual([
      false,
      true,
    ])
    rmSync(folder.root, { recursive: true })
    expect(await takeApplyToken(folder)).toBe(false)
  })
})
