import { describe, expect, it } from 'vitest'
import { cacheWords } from '../../../src/record/summary/cache-words.ts'
import { summaryOf } from '../../../src/record/summary/summary.ts'
import { factsOf } from '../../../src/report/page/columns.ts'
import { recordWith } from '../../support/record.ts'

const entry = { target: '/c', key: 'k', foundKey: null, bytes: null, saved: null }
const RECORD = recordWith({
  cache: {
    ...{ saves: true, whyNot: null },
    entries: [
      { ...entry, name: 'npm', result: 'hit', source: 'machine', bytes: 34 * 1024 ** 2, seconds: 0.4 },
      { ...entry, name: 'uv', result: 'partial', source: 'service', bytes: 2048, seconds: 10 },
      { ...entry, name: 'pip', result: 'miss', source: null, seconds: 0.1 },
    ],
  },
  cacheVolumes: {
    ...{ bytes: 3 * 1024 ** 2, maxBytes: 2 * 1024 ** 2 },
    ...{ largest: [{ name: 'npm', bytes: 2048 }], removed: [{ name: 'pip', bytes: 1024 ** 2 }] },
  },
})
const WORDS = 'npm hit (machine, 34 MiB, 0.40 s), uv partial (service, 2.0 KiB, 10 s), pip miss'

describe('what is said of caches (BES-3)', () => {
  it('is hit or miss, from where, size and seconds, in summary and report', () => {
    expect(cacheWords(RECORD)).toBe(WORDS)
    expect(cacheWords({})).toBe('')
    const summary = summaryOf(RECORD, '')
    expect(summary).toContain(`Caches: ${WORDS}`)
    expect(summary).toContain('The caches of this machine took 3.0 MiB of 2.0 MiB; 1.0 MiB were removed')
    const leg = {
      id: 'unit',
      status: 'succeeded',
      logEnd: null,
      reason: null,
      artifact: null,
      link: null,
    } as const
    expect(factsOf({ ...leg, record: RECORD }).caches).toBe(WORDS)
  })
})
