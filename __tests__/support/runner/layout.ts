import { chownSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** The account that the steps run under; with `groups` where the engine's socket needs one. */
export type User = { readonly uid: number; readonly gid: number; readonly groups?: readonly number[] }

/** The folders of a self-hosted runner: `_work/<repo>/<repo>`, `_work/_temp`, `_work/_tool`. */
export type Layout = {
  readonly root: string
  readonly home: string
  readonly pipeline: string
  readonly workspace: string
  readonly temp: string
  readonly tools: string
  readonly event: string
}

/** Makes the folders below a new root. A given workspace or temp folder is used as it is and stays. */
export function createLayout(options: {
  repository: string
  event: unknown
  workspace?: string | undefined
  temp?: string | undefined
}): Layout {
  const root = mkdtempSync(path.join(tmpdir(), 'runner-'))
  const name = path.basename(options.repository)
  const pipeline = path.join(root, '_work', name)
  const temp = options.temp ?? path.join(root, '_work', '_temp')
  const layout = {
    root,
    home: path.join(root, 'home'),
    pipeline,
    workspace: options.workspace ?? path.join(pipeline, name),
    temp,
    tools: path.join(root, '_work', '_tool'),
    event: path.join(temp, '_github_workflow', 'event.json'),
  }
  for (const folder of [layout.home, layout.workspace, layout.tools, path.dirname(layout.event)]) {
    mkdirSync(folder, { recursive: true })
  }
  writeFileSync(layout.event, JSON.stringify(options.event))
  return layout
}

/** Gives a folder and all below it to a user; links themselves, not what they point to. */
export function chownTree(folder: string, user: User): void {
  chownSync(folder, user.uid, user.gid)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) chownTree(file, user)
    else lchownSync(file, user.uid, user.gid)
  }
}
