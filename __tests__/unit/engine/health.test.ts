import { expect, it } from 'vitest'
import { healthWhileRunning } from '../../../src/engine/health.ts'

const log = (...codes: number[]) => codes.map((ExitCode) => ({ ExitCode }))

it.each([
  ['healthy', 'its last check went well', 0, log(1, 0), 3],
  ['healthy', 'too few failed since', 2, log(0, 1, 1), 3],
  ['unhealthy', 'as many failed as the image says', 2, log(1, 1), 2],
  ['unhealthy', 'three failed where the image does not say', 3, log(0, 1, 1, 1), undefined],
  ['starting', 'none was made', 0, log(), 3],
  ['starting', 'none went well yet', 1, log(1), 3],
  [null, 'what came before is not known', 5, log(1, 1, 1, 1, 1), 9],
])(
  'IMG-4, FID-7 the health of an ended container was %s where %s',
  (health, _, FailingStreak, Log, retries) => {
    expect(healthWhileRunning({ FailingStreak, Log }, retries)).toBe(health)
  },
)
