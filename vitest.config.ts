import { defineConfig } from 'vitest/config'

/** A project for each kind of test: pure decisions, a real engine, the built action as the runner starts it. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['__tests__/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'engine',
          include: ['__tests__/engine/**/*.test.ts'],
          globalSetup: ['__tests__/support/require-engine.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'action',
          include: ['__tests__/action/**/*.test.ts'],
          globalSetup: ['__tests__/support/require-engine.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'workflows',
          include: ['__tests__/workflows/**/*.test.ts'],
          globalSetup: ['__tests__/support/require-engine.ts', '__tests__/support/act/require-act.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
