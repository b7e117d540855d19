import { describe, expect, it } from 'vitest'
import { UNSEEN } from '../../../src/container/lifecycle.ts'

describe('UNSEEN (RUN-7)', () => {
  it.each([
    'invalid mount config for type "bind": bind source path does not exist: /checkout',
    'invalid mount config for type "bind": stat /checkout/folder-0: permission denied',
    'statfs /checkout: no such file or directory',
  ])('is an engine that does not see the runner’s files: %s', (message) => {
    expect(UNSEEN.test(message)).toBe(true)
  })

  it.each([
    'invalid mount config for type "bind": field Source must not be empty',
    'failed to create shim task: permission denied',
  ])('is not: %s', (message) => {
    expect(UNSEEN.test(message)).toBe(false)
  })
})
