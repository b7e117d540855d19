import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** The environment in which node programs die at the nth change of what fits the pattern. */
export const deadlyFiles = (pattern: string, at: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'deadly-preload.ts')}`,
  DEADLY_FILES: pattern,
  DEADLY_AT: String(at),
  DEADLY_ONCE: path.join(temporaryFolder(), 'dead'),
})

/** Runs a program of the tests in such an environment. */
export function runDeadly(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { killed: boolean; output: string } {
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), 'acode-test-compiled'), ...env },
    encoding: 'utf8',
  })
  if (signal === null && status !== 0) throw new Error(`${path.basename(script)}: ${stderr}`)
  return { killed: signal === 'SIGKILL', output: stdout }
}
