import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Variables of the runner that have one meaning to us, and the file that reads each. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  'src/github/environment.ts': ['RUNNER_ENVIRONMENT'],
  'src/github/event.ts': ['GITHUB_EVENT_PATH'],
  'src/github/paths.ts': [
    ...['GITHUB_WORKSPACE', 'RUNNER_TEMP', 'RUNNER_WORKSPACE', 'RUNNER_TOOL_CACHE'],
    // The files by which a step steers later ones are in one folder.
    ...['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'],
  ],
}
/** A variable that is taken out of an environment: `env.NAME`, `env['NAME']`, or `{ NAME } = env`. */
const isReader = (text: string, names: readonly string[] = Object.values(READERS).flat()): boolean =>
  names.some((name) =>
    new RegExp(`\\.${name}\\b|\\['${name}'\\]|\\{[^{}]*\\b${name}\\b[^{}]*\\}(:| =)`).test(text),
  )

describe('what the runner names', () => {
  it.each(Object.entries(READERS))('is read in %s alone: %j', (reader, names) => {
    const files = globSync('src/**/*.ts').filter((file) => isReader(readFileSync(file, 'utf8'), names))
    expect(files).toEqual([reader])
  })

  it.each([
    ['const a = env.RUNNER_TEMP', true],
    ["const a = process.env['GITHUB_WORKSPACE']", true],
    ['const { HOME, RUNNER_TEMP: temp } = env', true],
    ['function f({ RUNNER_WORKSPACE }: NodeJS.ProcessEnv) {}', true],
    ['const folder = env.GITHUB_OUTPUT ? 1 : 2', true],
    ['const text = `Free space in RUNNER_TEMP`', false],
    ['const made = { GITHUB_WORKSPACE: path }', false],
  ])('%s reads one: %s', (text, expected) => {
    expect(isReader(text)).toBe(expected)
  })
})
