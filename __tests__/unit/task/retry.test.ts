import { describe, expect, it } from 'vitest'
import { parseStructured } from '../../../src/formats/structured-text.ts'
import {
  type Retry,
  retryClassOf,
  retryFields,
  retrySchema,
  type TriedOutcome,
} from '../../../src/task/retry.ts'

const read = async (text: string) => retrySchema.parse(retryFields(await parseStructured(text)))

describe('the input retry (RUN-1)', () => {
  it.each<[string, Retry]>([
    ['{ max: 2, on: [pull, exit:75] }', { max: 2, on: ['pull', 'exit:75'] }],
    ['{"max": 3, "on": ["timeout"]}', { max: 3, on: ['timeout'] }],
    ['max: 2\non: pull, engine exit:1', { max: 2, on: ['pull', 'engine', 'exit:1'] }],
    ['2', { max: 2, on: ['pull', 'engine'] }],
    ['[out-of-memory]', { max: 1, on: ['out-of-memory'] }],
    ['timeout\nexit:255', { max: 1, on: ['timeout', 'exit:255'] }],
    ['{ max: 0 }', { max: 0, on: ['pull', 'engine'] }],
  ])('%j', async (text, expected) => {
    expect(await read(text)).toEqual(expected)
  })

  it.each([
    '{ max: 11 }',
    '{ max: -1 }',
    '{ max: 1.5 }',
    '{ on: [] }',
    '[exit:0]',
    '[exit:256]',
    '[cancel]',
    '{ of: 1 }',
  ])('%j is refused', async (text) => {
    await expect(read(text)).rejects.toThrow()
  })
})

const outcome = (more: Partial<TriedOutcome>): TriedOutcome => ({
  ...{ status: 'error', exitCode: null, errorCode: null },
  ...more,
})

describe('retryClassOf', () => {
  it.each([
    ['a failed pull', outcome({ errorCode: 'ACODE-CTN-004' }), true, 'pull'],
    ['no engine', outcome({ errorCode: 'ACODE-CTN-005' }), false, 'engine'],
    ['an engine that fails to start it', outcome({ errorCode: 'ACODE-CTN-003' }), true, 'engine'],
    ['what the engine refuses', outcome({ errorCode: 'ACODE-CTN-003' }), false, null],
    ['invalid input', outcome({ errorCode: 'ACODE-CTN-006' }), true, null],
    ['a refusal', outcome({ errorCode: 'ACODE-CTN-011' }), true, null],
    ['a missing capability', outcome({ errorCode: 'ACODE-CTN-012' }), true, null],
    ['a living namesake', outcome({ errorCode: 'ACODE-CTN-001' }), true, null],
    ['a cancel', outcome({ status: 'cancelled', errorCode: 'ACODE-CTN-009' }), true, null],
    [
      'a timeout',
      outcome({ status: 'timed-out', exitCode: 137, errorCode: 'ACODE-CTN-007' }),
      false,
      'timeout',
    ],
    ['too little memory', outcome({ status: 'out-of-memory', exitCode: 137 }), false, 'out-of-memory'],
    ['the task’s own exit', outcome({ status: 'failed', exitCode: 75 }), false, 'exit:75'],
    ['a bad output of a task that exited 0', outcome({ status: 'failed', exitCode: 0 }), false, null],
    ['success', outcome({ status: 'succeeded', exitCode: 0 }), false, null],
    ['skipped', outcome({ status: 'skipped' }), false, null],
  ])('of %s', (_what, tried, byEngine, expected) => {
    expect(retryClassOf(tried, byEngine)).toBe(expected)
  })
})
