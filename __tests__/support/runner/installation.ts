import { chmodSync, constants, copyFileSync, cpSync, mkdirSync } from 'node:fs'
import path from 'node:path'

/** Where the runner finds an action and the node that runs it. */
export type Installation = { readonly action: string; readonly node: string }

const NEVER_NEEDED = new Set(['.git', 'node_modules'])

/**
 * Copies both to where a runner has them, `_work/_actions` and `externals`: another user can often not reach a
 * clone of the repository (one below /root, or in a folder that mkdtemp made).
 */
export function install(from: Installation, root: string): Installation {
  const action = path.join(root, '_work/_actions/action')
  const filter = (file: string): boolean => !NEVER_NEEDED.has(path.basename(file))
  cpSync(from.action, action, { recursive: true, filter })
  chmodSync(action, 0o755)
  const node = path.join(root, 'externals/node24/bin/node')
  mkdirSync(path.dirname(node), { recursive: true })
  copyFileSync(from.node, node, constants.COPYFILE_FICLONE)
  return { action, node }
}
