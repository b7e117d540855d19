import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MOST_LOGGED, ServiceLog } from '../../../src/services/service-log.ts'
import { HealthWatch } from '../../../src/services/watch-health.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}
async function logged(texts: string[], secrets: string[] = [], sought = '') {
  const path = join(temporaryFolder(), 'db.log')
  const log = new ServiceLog(path, new Redaction(secrets).stream(), sought)
  await log.write(chunks(...texts))
  await log.end()
  return { log, text: readFileSync(path, 'utf8') }
}

describe('the log of a service (BES-1, RNR-3)', () => {
  it('has what it printed, without secrets, also where they come in pieces', async () => {
    const { log, text } = await logged(['one\nsec', 'ret-word\n', 'last\n'], ['secret-word'])
    expect(text).toBe('one\n***\nlast\n')
    expect(log.lastLines(2)).toBe('***\nlast')
  })

  it('finds the words that say that it is ready, also where they come in pieces', async () => {
    expect((await logged(['now rea', 'dy\n'], [], 'ready')).log.hasPrinted).toBe(true)
    expect((await logged(['rea', '\n', 'dy'], [], 'ready')).log.hasPrinted).toBe(false)
  })

  it('of a flood has the beginning and the end', async () => {
    const line = `${'x'.repeat(1023)}\n`
    const { log, text } = await logged(['first\n', ...Array(9 * 1024).fill(line), 'the end\n'])
    expect(text.length).toBeLessThan(MOST_LOGGED + 100 * 1024)
    expect(text.startsWith('first\n')).toBe(true)
    expect(text.endsWith('the end\n')).toBe(true)
    expect(text).toMatch(/are left out here/)
    expect(log.lastLines(1)).toBe('the end')
  })
})

describe('a service that is unhealthy while its task runs', () => {
  it('is not well where that lasts 30 s', () => {
    const watch = new HealthWatch()
    expect(watch.see('unhealthy', 0)).toBeNull()
    expect(watch.see('unhealthy', 25)).toBeNull()
    expect(watch.see('healthy', 29)).toBeNull()
    expect(watch.see('unhealthy', 31)).toBeNull()
    expect(watch.see('unhealthy', 61)).toBe(30)
  })
})
