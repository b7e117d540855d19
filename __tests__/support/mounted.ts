import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** Does the work with a separate file system mounted on a folder; `options` as for `mount -o`. Needs root. */
export async function withTmpfs(folder: string, options: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  try {
    await work()
  } finally {
    execFileSync('umount', ['--lazy', folder])
  }
}
