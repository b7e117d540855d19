import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { digestsOf } from '../../../src/record/collect/digests.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

it('RUN-8 names the SHA-256 of each artifact under its own name, and none of what cannot be read', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'a%3Ab'), 'abc')
  const artifacts = [
    { name: 'a:b', file: 'a%3Ab' },
    { name: 'gone', file: 'gone' },
  ]
  const never = new AbortController().signal
  expect(await digestsOf(artifacts, folder, never)).toEqual([{ name: 'a:b', sha256: ABC }])
  expect(await digestsOf(artifacts, folder, AbortSignal.abort())).toEqual([])
})
