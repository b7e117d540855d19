import { expect, it } from 'vitest'
import { artifactsLine } from '../../../src/run/collect/collect.ts'

const named = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `${at}`, file: `${at}` }))

it.each([
  [0, 0, [], 'Artifacts: none'],
  [1, 3, [], 'Artifacts: 1 file, 3 B'],
  [3, 4096, ['nothing/*.log'], 'Artifacts: 3 files, 4.0 KiB; nothing/*.log matched no file'],
  [0, 0, ['a', 'b'], 'Artifacts: none; a, b matched no file'],
])('SEE-1 %i artifacts of %i bytes are one line', (count, artifactBytes, unmatched, line) => {
  expect(artifactsLine({ artifacts: named(count), artifactBytes, unmatched })).toBe(line)
})
