import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { ParallelSteps } from '../../support/runner/parallel-steps.ts'
import { jobWith } from './fixture-job.ts'

const NOTE = `import { appendFileSync } from 'node:fs'
appendFileSync('posts', process.env['INPUT_SOME-INPUT'] + ' ')`

it('runs ten steps of a job at once, waits for all, then their posts in reverse', async () => {
  const job = await jobWith(
    `import { existsSync, writeFileSync } from 'node:fs'
    writeFileSync('at/' + process.env['INPUT_SOME-INPUT'], '')
    while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 10))`,
    { post: NOTE },
  )
  mkdirSync(path.join(job.workspace, 'at'))
  const steps = new ParallelSteps(job)
  const all = Array.from({ length: 11 }, (_, index) => steps.background({ 'some-input': index }))
  await Promise.all(all.slice(0, 10).map(({ started }) => started))
  expect(steps.widest).toBe(10)
  mkdirSync(path.join(job.workspace, 'go'))
  await steps.end()
  expect(steps.widest).toBe(10)
  expect(readdirSync(path.join(job.workspace, 'at'))).toHaveLength(11)
  const order = all.map((_, index) => index).toReversed()
  expect(readFileSync(path.join(job.workspace, 'posts'), 'utf8')).toBe(`${order.join(' ')} `)
})
