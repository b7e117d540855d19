import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Tests that have the engine for themselves, one file at a time: those that leave what is proven to be dead, which
 * any run beside them would remove; those that look at all of the engine, or use up its addresses, its disk or an
 * image; and those that bound how long something takes. All others run beside each other.
 */
export const ALONE: readonly string[] = [
  '__tests__/engine/caches/killed.test.ts',
  '__tests__/engine/cleanup/**/*.test.ts',
  '__tests__/engine/concurrency/**/*.test.ts',
  '__tests__/engine/trouble/**/*.test.ts',
  '__tests__/engine/egress/killed.test.ts',
  '__tests__/engine/endings/{cancel,endings,guard,job-container,killed}.test.ts',
  '__tests__/engine/inputs/build-killed.test.ts',
  '__tests__/engine/isolation/network.test.ts',
  '__tests__/engine/outputs/{full-disk,hidden-record,lost-log}.test.ts',
  '__tests__/engine/services/{addresses,killed,parallel}.test.ts',
  '__tests__/engine/workspace/{apply-forged,apply-killed,killed,layers,owner,shared-privileges}.test.ts',
]

/** Each task takes about half a processor; more at once than this, and the engine is what they wait for. */
const AT_ONCE = Math.min(4, Math.max(2, availableParallelism()))

const engine = {
  globalSetup: ['__tests__/support/require-engine.ts'],
  testTimeout: 120_000,
  hookTimeout: 60_000,
}
const beside = { ...engine, maxWorkers: AT_ONCE, sequence: { groupOrder: 1 } }

/**
 * A project for each kind of test: pure decisions, a real engine, the built action as the runner starts it, workflows.
 * Groups of projects run one after the other.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['__tests__/unit/**/*.test.ts'],
          testTimeout: 60_000,
          // A third of their time went into loading the same modules for each file.
          isolate: false,
          // Vitest would leave one processor idle, of two.
          maxWorkers: availableParallelism(),
        },
      },
      {
        test: { ...beside, name: 'engine', include: ['__tests__/engine/**/*.test.ts'], exclude: [...ALONE] },
      },
      { test: { ...beside, name: 'action', include: ['__tests__/action/**/*.test.ts'] } },
      {
        test: {
          ...engine,
          name: 'alone',
          include: [...ALONE],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...engine,
          name: 'workflows',
          include: ['__tests__/workflows/**/*.test.ts'],
          globalSetup: [...engine.globalSetup, '__tests__/support/act/require-act.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
