import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everything } from '../../../src/plan/choice/selection.ts'
import { checkLengths, checkLimits, deal, leastShards } from '../../../src/plan/choice/shards.ts'
import { TaskFileError } from '../../../src/plan/file/faults.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { legOf, publishedLeg } from '../../../src/plan/matrix.ts'
import { failureOf } from '../../support/failures.ts'
import { inline, inputsOf } from './files.ts'

const inputs = await inputsOf()
const tasksOf = (count: number, run = 'true') =>
  readTaskFile(
    inline(
      JSON.stringify(
        Array.from({ length: count }, (_, n) => ({ id: `t${n}`, container: { image: 'a', run } })),
      ),
    ),
  )
const legsOf = (count: number, run?: string) => tasksOf(count, run).map((task) => legOf(task, inputs))

describe('shards (ACT-4)', () => {
  it('have each task once among them, in the order of the file, and sizes that differ by one at most', () => {
    const tasks = tasksOf(60)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 70 }), (count, of) => {
        const shards = Array.from({ length: of }, (_, index) =>
          deal(everything(tasks.slice(0, count)), { part: index + 1, of }).tasks.map(({ id }) =>
            Number(id.slice(1)),
          ),
        )
        expect(shards.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n))
        for (const shard of shards) expect(shard).toEqual(shard.toSorted((a, b) => a - b))
        const sizes = shards.map(({ length }) => length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('say of each task that is left out in which shard it is', () => {
    const { left } = deal(everything(tasksOf(3)), { part: 2, of: 2 })
    expect(left).toEqual([
      { id: 't0', reason: 'in shard 1/2' },
      { id: 't2', reason: 'in shard 1/2' },
    ])
  })
})

describe('limits of a matrix (ACT-4)', () => {
  it('are kept by 256 tasks, and not by 257', async () => {
    checkLimits(legsOf(256), undefined)
    const { code, message } = await failureOf(() => checkLimits(legsOf(257), undefined))
    expect(code).toBe('ACODE-CTN-006')
    expect(message).toContain('257 tasks are more than the 256 jobs of one matrix')
    expect(message).toContain('shard: 1/2 to shard: 2/2')
  })

  it('are kept by shards that are enough, and the error names how many are', async () => {
    const legs = legsOf(1000)
    checkLimits(legs, { part: 4, of: 4 })
    const { message } = await failureOf(() => checkLimits(legs, { part: 1, of: 3 }))
    expect(message).toContain('334 tasks')
    expect(message).toContain('shard: 1/4')
  })

  it('count the size of the output in UTF-16', async () => {
    const legs = legsOf(100, `echo ${'☃'.repeat(10_000)}`)
    const { message } = await failureOf(() => checkLimits(legs, undefined))
    expect(message).toContain('larger than the 1.0 MiB')
    expect(message).toContain('shard: 1/2')
    checkLimits(legs, { part: 1, of: 2 })
  })

  it('count the ids that the report is handed', async () => {
    const long = (index: number) => `${'☃'.repeat(190)}${index}`
    const legs = legsOf(256).map((leg, index) => ({ ...leg, id: long(index) }))
    const { message } = await failureOf(() => checkLimits(legs, undefined))
    expect(message).toContain('shard: 1/2')
    checkLimits(legs, { part: 1, of: 2 })
  })

  it('are found with the least number of shards', () => {
    expect(leastShards([])).toBe(1)
    expect(leastShards(new Array(512).fill(10))).toBe(2)
    expect(leastShards(new Array(513).fill(10))).toBe(3)
    // Dealt in two, both large ones are in the first shard.
    expect(leastShards([600_000, 1, 600_000, 1])).toBe(3)
  })
})

describe('the length of a task (ACT-4)', () => {
  // What the runner gives the action of a leg: an environment variable, at most 128 KiB with its name and its end.
  const bytesOf = (run: string) =>
    Buffer.byteLength(`INPUT_MATRIX=${JSON.stringify(legsOf(1, run).map(publishedLeg)[0], null, 2)}`) + 1

  it('may be what one environment variable holds, and no byte more', () => {
    const room = 128 * 1024 - bytesOf('x') + 1
    const judge = (run: string) => checkLengths(tasksOf(1, run), legsOf(1, run), inline(''))
    expect(() => judge('x'.repeat(room))).not.toThrow()
    expect(() => judge('x'.repeat(room + 1))).toThrow(TaskFileError)
    expect(() => judge('x'.repeat(room + 1))).toThrow(/tasks\.yml:1:\d+: task t0 takes 131073 bytes/)
    expect(() => judge('é'.repeat(Math.ceil((room + 1) / 2)))).toThrow(TaskFileError)
  })
})
