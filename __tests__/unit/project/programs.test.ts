import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const FILES = globSync('src/**/*.ts').sort()
const textOf = (file: string) => readFileSync(file, 'utf8')
const filesWith = (pattern: RegExp) => FILES.filter((file) => pattern.test(textOf(file)))

describe('the programs that the action runs', () => {
  it('are started in one place, which bounds each', () => {
    const starters = /['"](node:)?(child_process|cluster|worker_threads)['"]|@actions\/exec/
    expect(filesWith(starters)).toEqual(['src/host/process.ts'])
    expect(textOf('src/host/process.ts').match(/[^.\w]spawn\(/g)).toHaveLength(3)
    expect(textOf('src/host/process.ts')).toMatch(/readonly timeoutMs: number\n/)
  })

  it('are git in one place only', () => {
    expect(filesWith(/\b(run|start)\(\s*['"`]git['"`]/)).toEqual(['src/host/git.ts'])
  })
})
