import { mkdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../src/record/facts.ts'
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

  it('says of a container that starts what is known of it by then', async () => {
    const paths = await freshPaths()
    const recorder = await Recorder.open(recordWith({ commandSummary: 'make' }), paths, new Redaction())
    recorder.learn({ wanted: { reference: 'node:24', toolchain: null }, containerId: '1f' })
    recorder.started()
    const data = { image: 'node:24', command: 'make', container: '1f' }
    expect(eventsOf(paths.events)).toMatchObject([{ type: 'task.container.started', data }])
  })

  it('has what is known before the run from the first moment', async () => {
    const paths = await freshPaths()
    await Recorder.open(recordWith(), paths, new Redaction(), { mayFail: true })
    expect((await readRecord(paths.run)).record).toMatchObject({ allowFailure: true })
  })

  it('has what a step finds out as soon as it is known, also of one that fails', async () => {
    const recorder = await Recorder.open(recordWith(), await freshPaths(), new Redaction())
    const seen: unknown[] = []
    async function* step(fails: boolean): AsyncGenerator<Facts, string, void> {
      yield { head: 'c0ffee' }
      seen.push(recorder.record.git.head)
      try {
        if (fails) throw new Error('lost')
        return 'whole'
      } finally {
        yield { containerId: '1f' }
        seen.push(recorder.record.container.id)
      }
    }
    expect(await recorder.learnFrom(step(false))).toBe('whole')
    await expect(recorder.learnFrom(step(true))).rejects.toThrow('lost')
    expect(seen).toEqual(['c0ffee', '1f', 'c0ffee', '1f'])
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
