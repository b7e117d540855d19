import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appendEvent, cloudEvent, finishedEvent } from '../../../src/record/events.ts'
import { RECORD, recordWith } from '../../support/record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('cloudEvent (RUN-9, CloudEvents 1.0)', () => {
  it('has every field that the specification asks for, on one line', () => {
    const line = cloudEvent('task.container.started', RECORD, { image: 'x', command: 'a\nb' })
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/acode/octo/repo',
      type: 'task.container.started',
      subject: 'acode-s1-unit',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      datacontenttype: 'application/json',
      data: { image: 'x', command: 'a\nb' },
    })
  })

  it('has its own id each time', () => {
    const ids = Array.from(
      { length: 100 },
      () => JSON.parse(cloudEvent('task.container.phase', RECORD, {})).id,
    )
    expect(new Set(ids).size).toBe(100)
  })
})

describe('finishedEvent (RUN-9)', () => {
  it('has image, command, duration, exit and timeout', () => {
    const record = recordWith({
      status: 'timed-out',
      exitCode: 143,
      timedOut: true,
      durationSeconds: 90.5,
      commandSummary: 'npm test',
      container: { ...RECORD.container, image: 'node:24' },
    })
    expect(JSON.parse(finishedEvent(record))).toMatchObject({
      type: 'task.container.finished',
      data: {
        image: 'node:24',
        command: 'npm test',
        status: 'timed-out',
        exitCode: 143,
        timedOut: true,
        durationSeconds: 90.5,
      },
    })
  })
})

describe('appendEvent', () => {
  it('writes a line at once, after those that are there', () => {
    const path = join(temporaryFolder(), 'events.jsonl')
    expect(appendEvent(path, '{"a":1}')).toBeNull()
    expect(appendEvent(path, '{"b":2}')).toBeNull()
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"b":2}\n')
  })

  it('says why it could not', () => {
    const path = join(temporaryFolder(), 'events.jsonl')
    mkdirSync(path)
    expect(appendEvent(path, '{}')?.message).toContain('EISDIR')
  })
})
