import { describe, expect, it } from 'vitest'
import { type EndFacts, type Facts, ofAllTries, recordOf, withFacts } from '../../../src/record/facts.ts'
import type { Try } from '../../../src/record/record-parts.ts'
import { runRecordSchema } from '../../../src/record/run-record.ts'
import { RECORD } from '../../support/record.ts'

const END: EndFacts = {
  status: 'succeeded',
  ...{ exitCode: 0, signal: null, error: null, timedOut: false, oomKilled: false },
  ...{ health: 'healthy', startupSeconds: 1.5 },
}
const WORKSPACE = { method: 'overlay', reason: 'auto', path: '/w' }
const IMAGE = { id: 'sha256:1', digest: null, platform: 'linux/amd64', bytes: 7 }

describe('recordOf (RUN-8)', () => {
  it.each<[string, Facts, object]>([
    ['nothing', {}, RECORD],
    [
      'the image that is pulled',
      { wanted: { reference: 'a:1', toolchain: null } },
      { container: { image: 'a:1', digest: null } },
    ],
    [
      'an image without a digest, by its id',
      { image: IMAGE },
      { container: { digest: 'sha256:1', platform: 'linux/amd64' }, budgets: { imageBytes: 7 } },
    ],
    [
      'the end of the container',
      { end: END },
      {
        status: 'succeeded',
        error: null,
        container: { health: 'healthy' },
        budgets: { startupSeconds: 1.5 },
      },
    ],
    [
      'a verdict over the end of the container',
      { end: END, verdict: { status: 'error', error: { code: 'ACODE-CTN-010', message: 'lost' } } },
      { status: 'error', exitCode: 0, error: { code: 'ACODE-CTN-010' } },
    ],
    [
      'a workspace whose changes are not known',
      { workspace: WORKSPACE },
      { workspace: { ...WORKSPACE, changedFiles: null, deletedFiles: null } },
    ],
    [
      'a workspace with its changes',
      {
        workspace: WORKSPACE,
        changes: { changedFiles: 2, deletedFiles: 1, ignoredFiles: 3, commits: 0, warnings: [] },
        kept: '/kept',
      },
      { workspace: { changedFiles: 2, deletedFiles: 1, ignoredFiles: 3, kept: '/kept' } },
    ],
  ])('has %s', (_, facts, expected) => {
    expect(runRecordSchema.parse(recordOf(RECORD, facts))).toMatchObject(expected)
  })

  it('is not changed by facts that come later', () => {
    const before = recordOf(RECORD, {})
    recordOf(RECORD, withFacts({}, { end: END, cleanup: { failed: ['x'] } }))
    expect(before).toEqual(RECORD)
  })
})

describe('tries (RUN-11)', () => {
  const one = { exitCode: 0, errorCode: null, startedAt: '2026-01-01T00:00:00.000Z', durationSeconds: 1 }
  const failed: Try = { ...one, status: 'failed', exitCode: 75 }
  const passed: Try = { ...one, status: 'succeeded' }
  const verdict = { status: 'succeeded', error: null } as const

  it('are all in the record, which is flaky where the last one passed after another', () => {
    const facts = withFacts(withFacts({ tries: [failed] }, { tries: [passed] }), { verdict })
    expect(recordOf(RECORD, facts)).toMatchObject({ tries: [failed, passed], flaky: true })
    expect(recordOf(RECORD, { tries: [passed], verdict })).not.toHaveProperty('flaky')
    const spent = { tries: [failed, failed], verdict: { status: 'failed', error: null } } as const
    expect(recordOf(RECORD, spent)).not.toHaveProperty('flaky')
  })

  it('leave nothing to the next one but what is so of all', () => {
    const facts = { mayFail: true, tries: [failed], cleanup: { removed: ['a'] }, verdict, containerId: 'x' }
    expect(ofAllTries(facts)).toEqual({ mayFail: true, tries: [failed], cleanup: { removed: ['a'] } })
  })
})

describe('withFacts', () => {
  it('adds to the lists of the cleanup, each line once', () => {
    const facts = [
      { cleanup: { failed: ['a'], removed: ['container'] } },
      { containerId: '1' },
      { cleanup: { failed: ['a', 'b'] } },
    ].reduce<Facts>(withFacts, {})
    expect(facts.cleanup).toEqual({ removed: ['container'], orphans: [], kept: [], failed: ['a', 'b'] })
    expect(facts.containerId).toBe('1')
  })
})
