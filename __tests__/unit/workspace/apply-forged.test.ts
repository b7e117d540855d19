import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runnerPaths } from '../../../src/github/paths.ts'
import { processIdentity } from '../../../src/host/identity.ts'
import { applierOf } from '../../../src/run/left/recover-workspace.ts'
import { endDeadApply } from '../../../src/workspace/apply/apply-recovery.ts'
import { inGitFolder } from '../../../src/workspace/changes.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { fingerprint } from '../../support/tree.ts'

const ID = '0123456789abcdef01234567'
const name = fc.oneof(
  fc.constantFrom('.acode-apply', '.acode-apply-0123456789ab', `.acode-apply-${ID}`, '_acode-0', 'apply', ID),
  fc.constantFrom('journal.json', 'committed.json', 'staging', 'claim-1', 'old-0', 'new-0', `${ID}.lock`),
  fc.constantFrom('.git', 'hooks', 'link', 'file'),
)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const aim = fc.oneof(
  path,
  fc.constantFrom('../outside/keep', '../../outside', '/etc', '.git/hooks', 'link/keep', ''),
)
const step = fc.record({
  path: aim,
  kind: fc.constantFrom('delete', 'file', 'folder', 'other'),
  identity: fc.oneof(fc.constant(null), fc.string({ maxLength: 8 }), fc.constant('folder 1')),
})
const holder = { owner: fc.constantFrom('nobody', ''), deadline: fc.constantFrom(0, 1, -1) }
const text = fc.oneof(
  fc.array(step, { maxLength: 4 }).map((steps) => JSON.stringify(steps)),
  fc
    .record({ ...holder, folder: fc.constant('.acode-apply-0123456789ab') })
    .map((lock) => JSON.stringify(lock)),
  fc
    .record({ ...holder, id: fc.constant(ID), workspace: fc.constantFrom('HERE', '/') })
    .map((lock) => JSON.stringify(lock)),
  fc.json(),
  aim,
)
const entry = fc.record({ path, text, kind: fc.constantFrom('file', 'link', 'folder') })

function put(
  workspace: string,
  { path: at, text: content, kind }: { path: string; text: string; kind: string },
): void {
  const file = join(workspace, at)
  try {
    mkdirSync(dirname(file), { recursive: true })
    if (kind === 'folder') mkdirSync(file)
    else if (kind === 'link') symlinkSync(content.replace('HERE', workspace) || 'nothing', file)
    else writeFileSync(file, content, { flag: 'wx' })
  } catch {
    // Something else is there, or a link on the way leads nowhere: the rest is tried all the same.
  }
}

describe('the end of a dead apply, in a checkout of arbitrary files (GIT-6)', () => {
  it(
    'changes nothing outside of the workspace, and nothing in it',
    async () => {
      const run = async (entries: { path: string; text: string; kind: string }[]) => {
        const root = temporaryFolder()
        const workspace = join(root, 'pipeline/tree')
        for (const folder of ['outside', 'pipeline/tree/.git/hooks'])
          mkdirSync(join(root, folder), { recursive: true })
        writeFileSync(join(root, 'outside/keep'), 'secret')
        writeFileSync(join(workspace, '.git/hooks/pre-commit'), 'hook')
        symlinkSync('../../outside', join(workspace, 'link'))
        for (const one of entries) put(workspace, one)
        const before = fingerprint(root)
        const applier = applierOf(
          processIdentity(),
          runnerPaths({ RUNNER_WORKSPACE: join(root, 'pipeline') }),
        )

        expect(await endDeadApply(workspace, applier)).toBe(null)
        expect(fingerprint(root)).toBe(before)
      }
      await fc.assert(fc.asyncProperty(fc.array(entry, { maxLength: 12 }), run), fuzzed(60))
    },
    FUZZ_TIMEOUT_MS,
  )
})

describe('inGitFolder', () => {
  it.each([
    '.git',
    'a/.GIT/config',
    '.git./x',
    '.git /x',
    'git~1',
    'a/GIT~1 .',
    '.git::$INDEX_ALLOCATION/x',
    '.git:x',
    '.git\\x',
    latin1('.g\u200cit/config'),
    latin1('\ufeff.git'),
  ])('is %j', (one) => {
    expect(inGitFolder(one)).toBe(true)
  })
  it.each(['.gitignore', 'git', 'a.git', '.github/x', 'git~2', '.git-x', '.gi', '.gitmodules', 'git~10'])(
    'is not %j',
    (one) => {
      expect(inGitFolder(one)).toBe(false)
    },
  )
})

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
