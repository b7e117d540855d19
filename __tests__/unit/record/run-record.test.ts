import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ERROR_CODES, STATUSES } from '../../../src/errors.ts'
import { finished } from '../../../src/record/derived.ts'
import { PHASES } from '../../../src/record/phases.ts'
import { runRecordSchema } from '../../../src/record/run-record.ts'
import { containerSchema, payloadSchema } from '../../../src/task/contract.ts'
import { RECORD, recordWith } from '../../support/record.ts'

describe('newRecord (RUN-8)', () => {
  it('is valid from its first moment, and says that its run was ended', () => {
    expect(runRecordSchema.parse(RECORD)).toEqual(RECORD)
    expect(RECORD).toMatchObject({
      schemaVersion: 1,
      session: 's1',
      task: 'unit',
      status: 'cancelled',
      error: { code: 'ACODE-CTN-009' },
      finishedAt: null,
      container: { name: 'acode-s1-unit' },
      git: { repository: 'octo/repo', sha: 'abc', ref: 'refs/heads/main' },
      runner: { name: 'Runner 1', os: 'Linux', arch: 'X64', version: '1.2.3' },
    })
  })

  it('is valid where the runner says nothing', () => {
    expect(() => runRecordSchema.parse(recordWith({}, {}))).not.toThrow()
  })

  it('takes nothing else from the environment', () => {
    const record = recordWith(
      {},
      { ACTIONS_RUNTIME_TOKEN: 'hunter2', GITHUB_TOKEN: 'hunter2', INPUT_RUN: 'hunter2' },
    )
    expect(JSON.stringify(record)).not.toContain('hunter2')
  })
})

describe('runRecordSchema (interface.md, "The record")', () => {
  it.each(STATUSES)('knows the status %s', (status) => {
    expect(() => runRecordSchema.parse({ ...RECORD, status })).not.toThrow()
  })

  it.each(Object.keys(ERROR_CODES))('knows the code %s', (code) => {
    expect(() => runRecordSchema.parse({ ...RECORD, error: { code, message: 'x' } })).not.toThrow()
  })

  it('has every code of the interface (CTN-12)', () => {
    const numbers = Array.from({ length: 14 }, (_, index) => String(index + 1).padStart(3, '0'))
    expect(Object.keys(ERROR_CODES)).toEqual(numbers.map((number) => `ACODE-CTN-${number}`))
  })

  it('has every phase and field of the interface', () => {
    expect([...PHASES]).toEqual([
      'prepare',
      'pull',
      'workspace',
      'create',
      'services',
      'run',
      'collect',
      'remove',
    ])
    const fields =
      'session task taskId label status exitCode signal error timedOut oomKilled allowFailure tries flaky startedAt finishedAt durationSeconds phases container caches cache cacheVolumes services commandSummary check toolchain made usage egress workspace cleanup budgets runner git job outputs outputsLeftOut artifacts collection tests'
    expect(Object.keys(runRecordSchema.shape)).toEqual(['schemaVersion', ...fields.split(' ')])
  })

  it.each([
    { schemaVersion: 2 },
    { status: 'done' },
    { startedAt: 'yesterday' },
    { exitCode: '0' },
    { error: { code: 'ACODE-CTN-999', message: '' } },
    { phases: { lunch: 1 } },
    { phases: { run: -1 } },
    { artifacts: [1] },
  ])('refuses %j', (fields) => {
    expect(() => runRecordSchema.parse({ ...RECORD, ...fields })).toThrow()
  })
})

describe('finished', () => {
  it('has the end and the duration', () => {
    expect(finished(recordWith(), 1.5)).toMatchObject({
      finishedAt: '2026-01-02T03:04:06.500Z',
      durationSeconds: 1.5,
    })
  })
})

describe('JSON Schemas', () => {
  const ajv = new Ajv2020({ formats: { 'date-time': true }, strict: false })

  it('of the record accepts and refuses what zod does', () => {
    const validate = ajv.compile(z.toJSONSchema(runRecordSchema, { target: 'draft-2020-12' }))
    expect(validate(JSON.parse(JSON.stringify(RECORD)))).toBe(true)
    expect(validate({ ...RECORD, status: 'done' })).toBe(false)
    expect(validate({ ...RECORD, phases: { lunch: 1 } })).toBe(false)
    expect(validate({})).toBe(false)
  })

  it('of the task describes what a user writes', () => {
    const validate = ajv.compile(z.toJSONSchema(payloadSchema, { io: 'input' }))
    const container = {
      image: 'x',
      command: ['x'],
      timeoutSeconds: '30m',
      resources: { memory: '4g', pids: '5' },
    }
    expect(validate({ task: { id: 'a', container } })).toBe(true)
    expect(validate({ kind: 'git', task: { id: 'a', container: { enabled: false } } })).toBe(true)
    expect(validate({ task: { container: { imgae: 'x' } } })).toBe(false)
    expect(validate({ task: { container: { command: 'npm test' } } })).toBe(false)
    expect(Object.keys(containerSchema.shape)).toContain('image')
  })
})
