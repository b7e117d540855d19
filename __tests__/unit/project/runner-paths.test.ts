import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Variables that name the runner's folders. */
const NAMES = ['GITHUB_WORKSPACE', 'RUNNER_TEMP', 'RUNNER_WORKSPACE', 'RUNNER_TOOL_CACHE']
/** A variable that is taken out of an environment: `env.NAME`, `env['NAME']`, or `{ NAME } = env`. */
const READ = NAMES.map(
  (name) => new RegExp(`\\.${name}\\b|\\['${name}'\\]|\\{[^{}]*\\b${name}\\b[^{}]*\\}(:| =)`),
)
const isReader = (text: string): boolean => READ.some((read) => read.test(text))

describe('the folders of the runner', () => {
  it('are read in one place', () => {
    const files = globSync('src/**/*.ts').filter((file) => isReader(readFileSync(file, 'utf8')))
    expect(files).toEqual(['src/github/paths.ts'])
  })

  it.each([
    ['const a = env.RUNNER_TEMP', true],
    ["const a = process.env['GITHUB_WORKSPACE']", true],
    ['const { HOME, RUNNER_TEMP: temp } = env', true],
    ['function f({ RUNNER_WORKSPACE }: NodeJS.ProcessEnv) {}', true],
    ['const text = `Free space in RUNNER_TEMP`', false],
    ['const made = { GITHUB_WORKSPACE: path }', false],
  ])('%s reads one: %s', (text, expected) => {
    expect(isReader(text)).toBe(expected)
  })
})
