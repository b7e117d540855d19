import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { vi } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

/** Puts a git on PATH that fails at one of its commands, until `vi.unstubAllEnvs`. */
export function failGitAt(command: string): void {
  const bin = temporaryFolder()
  const git = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const script = `#!/bin/sh\ncase " $* " in *' ${command} '*) echo 'fatal: Out of memory' >&2; exit 128 ;; esac\nexec '${git}' "$@"\n`
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 })
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`)
}
