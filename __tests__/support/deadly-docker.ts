import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** When a call kills its caller. */
export type Moment = 'before' | 'during' | 'after'

/**
 * A `docker` in front of the real one on PATH that kills its caller with SIGKILL at the first call whose arguments
 * fit the shell's pattern: before the engine hears of it, after the engine has done it, or while the engine is at it
 * and will be for a second, also where nobody waits any more. The call itself goes on without its caller, as a
 * killed program's children do.
 */
export function deadlyDocker(pattern: string, when: Moment = 'before'): { PATH: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadly-docker-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o777) // also a runner that is not root leaves its mark there
  const real = execFileSync('/bin/sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim()
  const program = path.join(folder, 'docker')
  const kill = 'kill -9 "$PPID"'
  const end: Record<Moment, string> = {
    before: `${kill}; exec '${real}' "$@"`,
    during: `${kill}; env -u ACODE_ENGINE_CALLER sh -c 'sleep 1; exec "$@"' sh '${real}' "$@" & wait`,
    after: `'${real}' "$@"; ${kill}`,
  }
  writeFileSync(
    program,
    `#!/bin/sh
case $* in
${pattern}) mkdir '${folder}/taken' 2>/dev/null || exec '${real}' "$@" ;;
*) exec '${real}' "$@" ;;
esac
${end[when]}
`,
  )
  chmodSync(program, 0o755)
  return { PATH: `${folder}${path.delimiter}${process.env.PATH}` }
}
