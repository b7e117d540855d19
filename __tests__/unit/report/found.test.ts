import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { readFound } from '../../../src/report/artifacts/found.ts'
import { recordWith } from '../../support/record.ts'

it('RUN-8 keeps of a record with enormous texts and lists no more than a report shows', async () => {
  const many = Array.from({ length: 20_000 }, () => 'x'.repeat(100))
  const cleanup = { removed: many, orphans: many, kept: [], failed: ['y'.repeat(1_000_000)] }
  const json = JSON.stringify(recordWith({ status: 'succeeded', artifacts: many, cleanup }))
  const run = {
    path: 'container/metadata/run.json',
    bytes: json.length,
    open: async () => Readable.from([Buffer.from(json)]),
  }
  const { record } = await readFound({ name: 'acode-s1a1-a', link: null, list: async () => [run] })
  expect(record?.status).toBe('succeeded')
  expect(JSON.stringify(record).length).toBeLessThan(100_000)
})
