import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { network: 'none', workspace: 'bind' }

/** The name of the image that a job has under construction. */
const imageOf = ({ session }: TaskJob): Promise<string> => {
  const mine = ['--filter', `label=acode.session=${session}`]
  return docker('volume', 'ls', ...mine, '--format', '{{.Label "acode.builds"}}')
}

describe('IMG-1 CTN-6 a build', () => {
  it.each([
    ['its main is killed while it builds', 'post'],
    ['its main is killed, and no post comes', 'the next start'],
  ])('leaves no image under construction where %s', async (_what, cleaner) => {
    const task = await TaskJob.create()
    const folder = path.join(task.job.workspace, 'image')
    mkdirSync(folder)
    writeFileSync(
      path.join(folder, 'Dockerfile'),
      `FROM ${imageName.base}\nRUN echo ${randomUUID()} >/built\n`,
    )
    const gate = await EngineGate.start()
    const checking = gate.hold(REQUEST.start)
    const running = task.job.start({ ...base, build: 'image', run: 'true' }, { env: gate.env })
    await checking.reachedBy(running)
    const image = await imageOf(task)
    expect(image).toMatch(/^acode-build:[0-9a-f]{16}-unchecked-[0-9a-f]{8}$/)
    expect(await docker('images', '--quiet', image)).not.toBe('')
    const killed = await running.kill()
    checking.open()
    if (cleaner === 'post') await killed.post()
    else await task.job.uses({ ...base, image: imageName.base, run: 'true', 'task-id': 'next' })
    expect(await docker('images', '--quiet', image)).toBe('')
    await task.expectNothingLeft()
  })
})
