import { join } from 'node:path'
import { runnerPaths } from '../../src/github/paths.ts'
import { processIdentity } from '../../src/host/identity.ts'
import { applierOf } from '../../src/run/left/recover-workspace.ts'
import { applyChanges } from '../../src/workspace/apply/apply.ts'
import { endDeadApply } from '../../src/workspace/apply/apply-recovery.ts'
import type { Changes, FileState } from '../../src/workspace/changes.ts'

/**
 * A program that applies changes of every kind to a folder, or ends an apply whose program was killed:
 * `apply FOLDER` or `recover FOLDER`. Its journals are beside the folder.
 */
const [what, folder = ''] = process.argv.slice(2)
const applier = applierOf(
  processIdentity(),
  runnerPaths({ RUNNER_WORKSPACE: join(folder, '..', 'pipeline') }),
)

const text = (content: string, mode: FileState['mode'] = '100644'): FileState => ({
  mode,
  content: { bytes: Buffer.from(content) },
})

const changes: Changes = {
  written: new Map([
    ['changed', text('changed\n')],
    ['run', text('run\n', '100755')],
    [
      'new',
      { mode: '100644', content: { file: Buffer.from(join(import.meta.dirname, 'apply-program.ts')) } },
    ],
    ['to-link', text('changed', '120000')],
    ['in/new/folders/file', text('new\n')],
    ['in/new/other', text('new\n')],
    ['file-to-folder/file', text('new\n')],
    ['link-to-folder/file', text('new\n')],
    ['folder-to-file', text('file\n')],
    ['b\xffyte', text('bytes\n')],
  ]),
  deleted: new Set([
    'deleted',
    'file-to-folder',
    'link-to-folder',
    'folder-to-file/a',
    'folder-to-file/deep/b',
    'emptied/deep/c',
    'kept/d',
  ]),
  special: [],
}

if (what === 'apply') await applyChanges(folder, changes, new Date(Date.now() + 3_600_000), applier)
else process.stdout.write(String(await endDeadApply(folder, applier)))
