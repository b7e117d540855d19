import { describe, expect, it } from 'vitest'
import { isLost, regain } from '../../../src/container/life/regain.ts'
import { EngineError, type EngineReason } from '../../../src/engine/errors.ts'
import { type Answer, fakeEngine, json } from '../../support/fake-engine.ts'

const container = (Status: string) => ({
  ...{ Id: 'id', Name: '/acode-s-t', Image: 'i', Config: { Labels: {} } },
  State: { Status, ExitCode: 0, StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '' },
})

/** Answers the first requests with nothing, and all others. */
const after = (lost: number, answer: Answer): Answer => {
  let count = 0
  return (asked, reply) => (count++ < lost ? void asked.socket.destroy() : answer(asked, reply))
}

describe('RUN-11 a container whose engine was lost', () => {
  const going = new AbortController().signal

  it.each([
    ['has ended, as an engine says that was there all the while', 0, json(container('exited')), 'over'],
    ['is gone, likewise', 0, json({ message: 'no such container' }, 404), 'over'],
    ['may have been ended by an engine that was away', 2, json(container('exited')), 'unknown'],
  ] as const)('%s', async (_what, lost, answer, regained) => {
    const { docker } = await fakeEngine(after(lost, answer))
    expect(await regain(docker, 'id', going)).toBe(regained)
  })

  it('is not waited for any more once the job is cancelled', async () => {
    const cancel = new AbortController()
    const { docker, requests } = await fakeEngine((asked) => {
      asked.socket.destroy()
      if (requests.length > 1) cancel.abort()
    })
    expect(await regain(docker, 'id', cancel.signal)).toBe('unknown')
  })

  it.each<[EngineReason | null, boolean]>([
    ['unreachable', true],
    ['aborted', false],
    ['timeout', false],
    ['refused', false],
    [null, false],
  ])('is lost by %s: %s', (reason, lost) => {
    expect(isLost(reason && new EngineError(reason, 'container wait', 'why'))).toBe(lost)
  })
})
