import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ALONE } from '../../../vitest.config.ts'

/** Ends a main before its time: what is left of it is an orphan, which a run beside the test may remove. */
const KILLS = /\.kill\((?:'SIGKILL')?\)|\brunKilled\b|\bdeadly[A-Z]/
/** Takes from the engine what others need as well. */
const TAKES = /registryImage\(imageName\.big\)/

describe('tests that run beside each other', () => {
  const alone = new Set(ALONE.flatMap((pattern) => globSync(pattern)).map((file) => path.normalize(file)))

  it.each(ALONE)('%s is there', (pattern) => {
    expect(globSync(pattern)).not.toEqual([])
  })

  it.each(
    globSync('__tests__/{engine,action}/**/*.test.ts').filter((file) => !alone.has(path.normalize(file))),
  )('%s leaves nothing that another run would remove', (file) => {
    const text = readFileSync(file, 'utf8')
    expect([KILLS.exec(text), TAKES.exec(text)]).toEqual([null, null])
  })
})
