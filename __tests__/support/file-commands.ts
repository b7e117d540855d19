import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { parseKeyValues } from '../../src/formats/key-values.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The runner's file commands for one test, and what is printed meanwhile. */
export function fileCommands() {
  const folder = temporaryFolder()
  const exitCode = process.exitCode
  const printed: string[] = []
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE']) {
    writeFileSync(join(folder, name), '')
    vi.stubEnv(name, join(folder, name))
  }
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text))
    return true
  })
  const restore = () => {
    write.mockRestore()
    vi.unstubAllEnvs()
    process.exitCode = exitCode
  }
  onTestFinished(restore)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    restore,
    rawOutputs: () => read('GITHUB_OUTPUT'),
    outputs: () => Object.fromEntries(parseKeyValues(read('GITHUB_OUTPUT'))),
    summary: () => read('GITHUB_STEP_SUMMARY'),
    printed: () => printed.join(''),
  }
}
