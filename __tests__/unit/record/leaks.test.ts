import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesWithSecrets } from '../../../src/record/collect/leaks.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const redaction = new Redaction(['hunter2-hunter2'])

const time = new AbortController().signal

function files(contents: Readonly<Record<string, string>>) {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
  return Object.keys(contents).map((name) => join(folder, name))
}

describe('filesWithSecrets (RNR-3)', () => {
  it('names those that hold a secret, in any form and over the bounds of chunks', async () => {
    const [a = '', b = '', c = '', d = ''] = files({
      a: 'fine',
      b: `${'x'.repeat(64 * 1024 - 5)}hunter2-hunter2`,
      c: Buffer.from('hunter2-hunter2').toString('base64'),
      d: 'hunter2-',
    })
    expect(await filesWithSecrets([a, b, c, d], redaction, time)).toEqual([b, c])
    expect(await filesWithSecrets([a, b, c, d], new Redaction(), time)).toEqual([])
  })

  it('reads no more than its bound', async () => {
    const paths = files({ a: 'x'.repeat(50), b: 'x'.repeat(50), c: 'hunter2-hunter2' })
    expect(await filesWithSecrets(paths, redaction, time, 100)).toEqual([])
    expect(await filesWithSecrets(paths, redaction, time, 115)).toEqual(paths.slice(2))
  })

  it('goes on after what it cannot read', async () => {
    const [secret = ''] = files({ secret: 'hunter2-hunter2' })
    const folder = join(secret, '../folder')
    mkdirSync(folder)
    expect(await filesWithSecrets([folder, join(folder, 'none'), secret], redaction, time)).toEqual([secret])
  })
})
