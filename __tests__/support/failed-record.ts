import type { SummaryParts } from '../../src/record/summary/summary.ts'
import { RECORD, recordWith } from './record.ts'

const MEBIBYTE = 1024 * 1024

/** The record of a task whose tests failed, for pictures of its summary. */
export const FAILED_RECORD = recordWith({
  label: 'unit (22)',
  status: 'failed',
  error: null,
  exitCode: 1,
  durationSeconds: 47.6,
  phases: { prepare: 60, pull: 40, workspace: 12, create: 80, run: 46_900, collect: 210, remove: 190 },
  commandSummary: 'npm test -- --reporter=junit',
  workspace: {
    ...RECORD.workspace,
    method: 'overlay',
    reason: 'auto',
    path: '/w',
    changedFiles: 2,
    deletedFiles: 0,
  },
  artifacts: ['coverage/index.html', 'coverage/lcov.info'],
  usage: {
    peakMemoryBytes: 431 * MEBIBYTE,
    cpuSeconds: 71.2,
    samples: {
      stepSeconds: 4,
      memoryBytes: [90, 180, 240, 320, 350, 340, 390, 431, 420, 410, 260, 120].map((size) => size * MEBIBYTE),
      cpuSeconds: [4, 11, 18, 26, 33, 40, 47, 54, 60, 65, 69, 71.2],
    },
  },
  container: { ...RECORD.container, limits: { cpus: 2, memoryBytes: 1024 * MEBIBYTE, pids: 4096 } },
  tests: {
    total: 214,
    passed: 209,
    failed: 2,
    skipped: 3,
    seconds: 44.1,
    failures: [
      {
        name: 'gives a discount from 25 items on',
        suite: 'prices',
        message: 'Expected values to be strictly equal: 110 !== 115',
        file: 'test/prices.test.mjs',
        line: 14,
      },
      {
        name: 'is empty after checkout',
        suite: 'cart',
        message: 'Expected 0 items, got 1',
        file: 'test/cart.test.mjs',
        line: 52,
      },
    ],
    slowest: [{ name: 'pays with every method', suite: 'checkout', seconds: 9.2 }],
    files: [{ name: 'results/junit.xml', format: 'junit', fault: null }],
  },
})

/** What its summary says in addition. */
export const FAILED_PARTS: SummaryParts = {
  lastLines: `✖ prices › gives a discount from 25 items on (1.2 ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 110 !== 115
      at TestContext.<anonymous> (test/prices.test.mjs:14:12)
✖ cart › is empty after checkout (3.4 ms)
  AssertionError [ERR_ASSERTION]: Expected 0 items, got 1
      at TestContext.<anonymous> (test/cart.test.mjs:52:3)

tests 214, pass 209, fail 2, skipped 3`,
  hint: null,
  diffstat: 'snapshots/prices.json | +4 -2 ++++--\nsrc/version.ts        | +1 -1 +-',
  artifact: 'acode-r4711a1-unit-22-453hu2rzz5xk',
}
