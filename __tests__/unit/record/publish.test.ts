import { describe, expect, it } from 'vitest'
import { readTaskOutputs } from '../../../src/record/collect/task-outputs.ts'
import { Recorder } from '../../../src/record/recorder.ts'
import type { RunRecord } from '../../../src/record/run-record.ts'
import { publish } from '../../../src/record/summary/publish.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { RECORD, recordWith } from '../../support/record.ts'
import { freshPaths } from '../../support/record-paths.ts'

async function published(fields: Partial<RunRecord>, outputs: Record<string, string> = {}, summary = '') {
  const paths = await freshPaths()
  const recorder = await Recorder.open(recordWith(fields), paths, new Redaction())
  const files = fileCommands()
  process.exitCode = 0
  const collected = {
    outputs: readTaskOutputs(
      Object.entries(outputs)
        .map(([name, value]) => `${name}<<END\n${value}\nEND\n`)
        .join(''),
    ),
    summary,
    artifacts: [],
    warnings: ['a warning'],
  }
  await publish(recorder, collected, 'artifact')
  return { ...files, paths, exitCode: process.exitCode }
}

const SUCCEEDED: Partial<RunRecord> = {
  status: 'succeeded',
  error: null,
  exitCode: 0,
  durationSeconds: 1.5,
  container: { ...RECORD.container, id: 'abc', image: 'node:24', digest: 'sha256:1' },
}

describe('publish (RUN-11)', () => {
  it('sets the outputs of the interface, and each of the task’s own', async () => {
    const { outputs, paths, exitCode, printed, summary } = await published(
      SUCCEEDED,
      { a: '1', b: 'x\ny' },
      'Hi',
    )
    expect(outputs()).toEqual({
      a: '1',
      b: 'x\ny',
      status: 'succeeded',
      'exit-code': '0',
      'error-code': '',
      'container-name': 'acode-s1-unit',
      'container-id': 'abc',
      image: 'node:24',
      'image-digest': 'sha256:1',
      'duration-seconds': '1.5',
      record: paths.run,
      log: paths.log,
      patch: '',
      'artifact-name': 'artifact',
      outputs: '{"a":"1","b":"x\\ny"}',
    })
    expect(exitCode).toBe(0)
    expect(printed()).toMatch(/^::warning ?::a warning$/m)
    expect(printed()).toContain('unit: succeeded in 1.50 s, exit 0')
    expect(summary()).toContain('Hi')
  })

  it('lets no task say how it ended', async () => {
    const { outputs } = await published(SUCCEEDED, {
      status: 'great',
      record: '/etc/passwd',
      a: '1',
    })
    expect(outputs()).toMatchObject({ status: 'succeeded', a: '1' })
    expect(JSON.parse(outputs().outputs ?? '')).toEqual({ status: 'great', record: '/etc/passwd', a: '1' })
  })

  it.each(['toString', 'constructor', 'hasOwnProperty'])(
    'passes an output on that is called %s',
    async (name) => {
      expect((await published(SUCCEEDED, { [name]: 'x' })).outputs()).toMatchObject({ [name]: 'x' })
    },
  )

  it('lets no value become a command or another output', async () => {
    const { outputs, printed } = await published(SUCCEEDED, { a: 'x\nstatus=great\n::error::no' })
    expect(outputs()).toMatchObject({ status: 'succeeded', a: 'x\nstatus=great\n::error::no' })
    expect(printed()).not.toContain('::error')
  })

  it.each([
    [
      { status: 'failed', error: null, exitCode: 3 },
      /::error title=unit failed \(exit 3\)::.*exited with 3\./,
    ],
    [
      { status: 'failed', error: null, exitCode: 137, signal: 'SIGKILL' },
      /title=unit failed \(exit 137%2C SIGKILL\)::.*exited with 137 \(SIGKILL\)/,
    ],
    [{ status: 'timed-out', error: { code: 'ACODE-CTN-007', message: 'late' } }, /title=ACODE-CTN-007::late/],
    [{ status: 'cancelled' }, /title=ACODE-CTN-009::/],
  ] satisfies [Partial<RunRecord>, RegExp][])('fails the step of %j', async (fields, message) => {
    const { exitCode, printed } = await published(fields)
    expect(exitCode).toBe(1)
    expect(printed()).toMatch(message)
  })

  it('fails no step whose task was skipped (RUN-12)', async () => {
    const { exitCode, outputs } = await published({ status: 'skipped', error: null })
    expect(exitCode).toBe(0)
    expect(outputs()).toMatchObject({ status: 'skipped', 'exit-code': '' })
  })
})
