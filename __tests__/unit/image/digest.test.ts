import { expect, it } from 'vitest'
import { digestOf } from '../../../src/image/image.ts'

const ID = `sha256:${'1f'.repeat(32)}`

it.each<[reference: string, digests: string[], expected: string | null]>([
  ['node:22', ['ghcr.io/acme/node@sha256:0a', 'node@sha256:0b'], 'sha256:0b'],
  ['docker.io/library/node:22', ['node@sha256:0b'], 'sha256:0b'],
  ['node@sha256:0b', ['node@sha256:0b'], 'sha256:0b'],
  ['localhost:5000/node', ['node@sha256:0b', 'localhost:5000/node@sha256:0c'], 'sha256:0c'],
  ['mine:1', ['ghcr.io/acme/node@sha256:0a'], null],
  ['mine:1', [], null],
  [ID, ['node@sha256:0b'], 'sha256:0b'],
])('CTN-8 the digest of %s among %j is %s', (reference, digests, expected) => {
  expect(digestOf(reference, digests)).toBe(expected)
})
