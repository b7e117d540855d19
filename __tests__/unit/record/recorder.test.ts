import { mkdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readRecord } from '../../../src/record/read-record.ts'
import { Recorder } from '../../../src/record/recorder.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { recordWith } from '../../support/record.ts'
import { freshPaths } from '../../support/record-paths.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const eventsOf = (path: string): { type: string; data: unknown }[] =>
  read(path)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('Recorder (RUN-8, RUN-9)', () => {
  it('has a valid record on disk from the first moment', async () => {
    const paths = await freshPaths()
    await Recorder.open(recordWith(), paths, new Redaction())
    expect((await readRecord(paths.run)).record).toMatchObject({ status: 'cancelled', finishedAt: null })
  })

  it('reports each phase, also one that fails', async () => {
    const paths = await freshPaths()
    const recorder = await Recorder.open(recordWith(), paths, new Redaction())
    expect(await recorder.phase('pull', async () => 7)).toBe(7)
    await expect(recorder.phase('create', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await recorder.finish()
    expect(Object.keys((await readRecord(paths.run)).record?.phases ?? {})).toEqual(['pull', 'create'])
    expect(eventsOf(paths.events).map(({ type }) => type)).toEqual([
      'task.container.phase',
      'task.container.phase',
      'task.container.finished',
    ])
  })

  it('writes each event at once, for a main that is killed next', async () => {
    const paths = await freshPaths()
    const recorder = await Recorder.open(recordWith(), paths, new Redaction())
    recorder.event('task.container.started', { image: 'x' })
    expect(eventsOf(paths.events)).toMatchObject([{ type: 'task.container.started', data: { image: 'x' } }])
  })

  const secrets = ['hunter2', 'hunter22', 'a"b\\c', 'line one\nline two', 'größe']
  it('has no secret anywhere, however it is written (RUN-5)', async () => {
    const paths = await freshPaths()
    const record = recordWith({ commandSummary: secrets.join(' ') })
    const recorder = await Recorder.open(record, paths, new Redaction(secrets))
    recorder.event('task.container.started', { command: secrets.join(' '), nested: [{ secrets }] })
    record.error = { code: 'ACODE-CTN-003', message: `it said: ${secrets.join(', ')}` }
    record.cleanup.failed.push(...secrets)
    await recorder.finish()
    for (const path of [paths.run, paths.events, paths.log]) {
      const text = read(path)
      expect(text).toContain('***')
      for (const secret of [...secrets, 'line one', 'line two', 'hunter'])
        expect(text).not.toContain(JSON.stringify(secret).slice(1, -1))
    }
  })

  it('stays a record where a secret is a word or a number of it', async () => {
    const paths = await freshPaths()
    const words = ['1', '', 'failed', 'ACODE-CTN-003', '2026', 'task.container.finished', 'unit']
    const error = { code: 'ACODE-CTN-003', message: 'no' } as const
    const recorder = await Recorder.open(recordWith({ status: 'failed', error }), paths, new Redaction(words))
    await recorder.finish()
    expect((await readRecord(paths.run)).record).toMatchObject({ status: 'failed', error, task: '***' })
    expect(eventsOf(paths.events)).toMatchObject([{ type: 'task.container.finished' }])
  })

  it('reports once that its files cannot be written, and costs the task nothing', async () => {
    const paths = await freshPaths()
    mkdirSync(paths.log, { recursive: true })
    mkdirSync(paths.events, { recursive: true })
    const { printed } = fileCommands()
    const recorder = await Recorder.open(recordWith(), paths, new Redaction())
    recorder.event('task.container.started', {})
    await recorder.finish()
    expect(printed().match(/title=ACODE-CTN-013/g)).toHaveLength(1)
    expect((await readRecord(paths.run)).record?.finishedAt).not.toBeNull()
  })
})
