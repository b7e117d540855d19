import { describe, expect, it } from 'vitest'
import { retryDelay, TRIES } from '../../../src/github/blob-retry.ts'

const busy = { status: 503, code: 'ServerBusy' }

describe('when a request to the storage is tried again', () => {
  it('waits twice as long each time, and gives up after the last', () => {
    const delays = Array.from({ length: TRIES }, (_, at) => retryDelay(busy, at + 1, 0.5))
    expect(delays).toEqual([1000, 2000, 4000, 8000, null])
  })

  it('spreads clients', () => {
    expect([retryDelay(busy, 1, 0), retryDelay(busy, 1, 1)]).toEqual([750, 1250])
  })

  it.each([
    [3, 3000],
    [0, 1000],
    [-5, 1000],
    [3600, 10_000],
  ])('waits for %i s that a busy storage asks for, within bounds', (retryAfter, expected) => {
    expect(retryDelay({ ...busy, retryAfter }, 1, 0.5)).toBe(expected)
  })

  it.each([400, 401, 403, 404, 409, 411, 412, 413])('never after %i', (status) => {
    expect(retryDelay({ status, code: null }, 1, 0)).toBeNull()
  })

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'])(
    'after %s',
    (code) => {
      expect(retryDelay({ status: null, code }, 1, 0)).toBe(750)
    },
  )

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', null])('never after %s', (code) => {
    expect(retryDelay({ status: null, code }, 1, 0)).toBeNull()
  })
})
