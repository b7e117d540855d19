import { beforeAll, describe, expect, it } from 'vitest'
import { nameOf } from '../../support/faults/cell.ts'
import { CELLS, cellsNamed, type Tried, tryCells } from '../../support/faults/matrix.ts'
import { someOf } from '../../support/slow.ts'

/** Of the cells of script/faults some that show much: each fault once at least, in as many phases as they are. */
const CHOICE = [
  ...['SIGINT:apply', 'SIGTERM:build', 'SIGKILL:collect', 'SIGKILL:post', 'group-SIGKILL:run'],
  ...['engine-frozen:pull', 'disk-full:workspace', 'artifacts-down:upload', 'artifacts-slow:upload'],
  ...['engine-restart:run', 'engine-kill:create', 'SIGKILL:services'],
]
const CHOSEN = someOf(CHOICE, 5)
/** One cell takes up to half a minute on a busy machine. */
const TIMEOUT_MS = 10 * 60_000

describe.skipIf(process.getuid?.() !== 0)(
  'CTN-5, CTN-6, CTN-11, FID-4, RNR-6 whatever dies, one start later nothing is left and the record is true',
  () => {
    let tried: readonly Tried[] = []

    beforeAll(async () => {
      tried = await tryCells(cellsNamed(CHOSEN))
    }, TIMEOUT_MS)

    it.each(CHOSEN)('%s', (name) => {
      const one = tried.find(({ cell }) => nameOf(cell) === name)
      expect(one?.problems, one?.log).toEqual([])
    })
  },
)

it('CTN-6 the matrix has each fault in each phase that it can strike', () => {
  expect(CELLS.length).toBe(123)
  expect(() => cellsNamed(['SIGKILL:nowhere'])).toThrow(
    /no cell SIGKILL:nowhere\. Faults: SIGINT.*Phases: sweep/,
  )
})
