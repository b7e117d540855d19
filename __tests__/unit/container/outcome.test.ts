import { describe, expect, it } from 'vitest'
import { outcomeOf, type RunEnd } from '../../../src/container/life/outcome.ts'

const CONTEXT = {
  container: 'acode-s-t',
  timeoutSeconds: 90,
  memoryBytes: 512 * 1024 ** 2,
  onCancel: 'cancelled',
} as const
const of = (endedBy: RunEnd, exitCode: number, isKilled = false) =>
  outcomeOf(endedBy, { exitCode, memoryKill: isKilled ? 'limit' : null }, CONTEXT)

describe('outcomeOf (RUN-10, RUN-11, CTN-12, CTN-14)', () => {
  it.each([
    // endedBy, exit, killed for memory → status, signal, code, warning
    ['exit', 0, false, 'succeeded', null, null],
    ['exit', 1, false, 'failed', null, null],
    ['exit', 2, false, 'failed', null, null],
    ['exit', 125, false, 'failed', null, null],
    ['exit', 126, false, 'failed', null, null],
    ['exit', 127, false, 'failed', null, null],
    ['exit', 128, false, 'failed', null, null],
    ['exit', 134, false, 'failed', 'SIGABRT', null],
    ['exit', 137, false, 'failed', 'SIGKILL', null],
    ['exit', 139, false, 'failed', 'SIGSEGV', null],
    ['exit', 143, false, 'failed', 'SIGTERM', null],
    ['exit', 255, false, 'failed', null, null],
    ['exit', 137, true, 'out-of-memory', 'SIGKILL', 'ACODE-CTN-008'],
    ['exit', 1, true, 'out-of-memory', null, 'ACODE-CTN-008'],
    ['exit', 0, true, 'succeeded', null, null],
    ['timeout', 143, false, 'timed-out', 'SIGTERM', 'ACODE-CTN-007'],
    ['timeout', 137, false, 'timed-out', 'SIGKILL', 'ACODE-CTN-007'],
    ['timeout', 137, true, 'timed-out', 'SIGKILL', 'ACODE-CTN-007'],
    ['timeout', 0, false, 'timed-out', null, 'ACODE-CTN-007'],
    ['cancel', 143, false, 'cancelled', 'SIGTERM', 'ACODE-CTN-009'],
    ['cancel', 0, false, 'cancelled', null, 'ACODE-CTN-009'],
    ['cancel', 137, true, 'cancelled', 'SIGKILL', 'ACODE-CTN-009'],
  ] as const)('%s with %i, killed for memory: %s → %s', (endedBy, exitCode, oom, status, signal, code) => {
    const outcome = of(endedBy, exitCode, oom)
    expect(outcome).toMatchObject({ status, exitCode, signal })
    expect(outcome.error?.code ?? null).toBe(code)
    expect(outcome.error?.message ?? CONTEXT.container).toContain(CONTEXT.container)
  })

  it.each([
    ['cancel', 143, 'succeeded'],
    ['cancel', 1, 'succeeded'],
    ['timeout', 143, 'timed-out'],
    ['exit', 143, 'failed'],
  ] as const)('of a service that may be cancelled: %s with %i → %s', (endedBy, exitCode, status) => {
    const context = { ...CONTEXT, onCancel: 'succeeded' } as const
    expect(outcomeOf(endedBy, { exitCode, memoryKill: null }, context)).toMatchObject({ status, exitCode })
  })

  it('warns of a process killed for memory in a task that succeeded', () => {
    expect(of('exit', 0, true).warning).toContain('limit 512 MiB')
    expect(of('exit', 0).warning).toBeNull()
  })

  it('says what to do', () => {
    expect(of('timeout', 143).error?.message).toMatch(/within 1 min 30 s.*more time with timeout/)
    expect(of('exit', 137, true).error?.message).toMatch(/limit 512 MiB.*more with memory/)
    expect(
      outcomeOf('exit', { exitCode: 137, memoryKill: 'limit' }, { ...CONTEXT, memoryBytes: undefined }).error
        ?.message,
    ).toContain('limit of the machine')
    expect(outcomeOf('exit', { exitCode: 137, memoryKill: 'machine' }, CONTEXT).error?.message).toMatch(
      /the machine had none left.*Run fewer tasks at once/,
    )
  })
})
