import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

/** Puts a German user's git on PATH: unless it is asked for English in a way that counts, it speaks German. */
export function useGermanGit(): void {
  const folder = temporaryFolder()
  const git = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  // Whatever LANGUAGE says, programs speak English where the first of these that is set names the locale C.
  const script = `#!/bin/bash
case \${LC_ALL:-\${LC_MESSAGES:-\${LANG:-C}}} in
  C | POSIX) exec '${git}' "$@" ;;
esac
{ '${git}' "$@" 2>&1 >&3 3>&- | sed '
  s/Refusing to create empty bundle/Erstellung eines leeren Pakets zurückgewiesen/I
  s/No space left on device/Auf dem Gerät ist kein Speicherplatz mehr verfügbar/
' >&2; exit "\${PIPESTATUS[0]}"; } 3>&1
`
  writeFileSync(path.join(folder, 'git'), script, { mode: 0o755 })
  onTestFinished(() => void vi.unstubAllEnvs())
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  vi.stubEnv('LANG', 'de_DE.UTF-8')
  vi.stubEnv('LANGUAGE', 'de')
  vi.stubEnv('LC_ALL', undefined)
  vi.stubEnv('LC_MESSAGES', 'de_DE.UTF-8')
}
