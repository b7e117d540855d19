import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where the runner finds an action and the node that runs it. */
export type Installation = { readonly action: string; readonly node: string }

/** Folders of the repository that are no part of the action. */
const NEVER_NEEDED = new Set([
  ...['.git', '.github', '__tests__', 'build', 'docs', 'examples', 'node_modules', 'schema', 'script', 'src'],
])

/**
 * Copies both to where a runner has them, `_work/_actions` and `externals`: another user can often not reach a
 * clone of the repository (one below /root, or in a folder that mkdtemp made).
 */
export function install(from: Installation, root: string): Installation {
  const action = path.join(root, '_work/_actions/action')
  const filter = (file: string): boolean => !NEVER_NEEDED.has(path.relative(from.action, file))
  cpSync(from.action, action, { recursive: true, filter })
  chmodSync(action, 0o755)
  return { action, node: nodeForAll(from.node) }
}

/** A copy of node where each user can reach it: 100 MB that are copied once for all jobs, not for each. */
function nodeForAll(from: string): string {
  const { size, mtimeMs } = statSync(from)
  const name = `acode-test-externals-${process.getuid?.()}-${size}-${Math.trunc(mtimeMs)}`
  const externals = path.join(tmpdir(), name)
  const node = path.join(externals, 'node24/bin/node')
  if (existsSync(node)) return node
  for (const folder of [externals, path.join(externals, 'node24'), path.dirname(node)]) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o755)
  }
  const copy = `${node}.${process.pid}`
  copyFileSync(from, copy, constants.COPYFILE_FICLONE)
  renameSync(copy, node)
  return node
}
