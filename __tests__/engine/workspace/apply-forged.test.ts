import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { deadlyFiles } from '../../support/deadly-files.ts'
import { otherThanKilled } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash, fingerprint, manifest } from '../../support/tree.ts'
import { recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

/** An owner who is dead by its deadline, as the text of a lock. */
const lockText = (more: object): string => JSON.stringify({ owner: 'nobody', deadline: 1, ...more })
const FOLDER = '.acode-apply-0123456789ab'
const LONG_FOLDER = '.acode-apply-0123456789abcdef01234567'
const LOCK = `ln -s '${lockText({ folder: FOLDER })}' .acode-apply`

const steps = (...paths: string[]): string =>
  JSON.stringify(
    paths.flatMap((one) => [
      { path: one, kind: 'delete', identity: null },
      { path: one, kind: 'folder', identity: null },
      { path: one, kind: 'file', identity: null },
    ]),
  )

/** A journal as it stood in a workspace once, whose steps are to be taken back, or are all done. */
const journal = (text: string, name = 'journal.json'): string =>
  `${LOCK}; mkdir -p ${FOLDER}; printf %s '${text}' >${FOLDER}/${name}; touch ${FOLDER}/old-0 ${FOLDER}/old-1`

/** What a pull request brings, and what an earlier step may have put there. */
const FORGED: readonly { readonly name: string; readonly brings: string; readonly later?: string }[] = [
  { name: 'a journal that leads up', brings: journal(steps('../../../outside/keep', '../../../outside')) },
  {
    name: 'a journal of done steps that leads up',
    brings: journal(steps('../../../outside/empty/x'), 'committed.json'),
  },
  {
    name: 'a journal of absolute paths',
    brings: journal(steps('/OUTSIDE/keep', '//OUTSIDE', '/OUTSIDE/empty')),
  },
  {
    name: 'a journal of git hooks',
    brings: journal(
      steps(
        '.git/hooks/pre-commit',
        '.git/hooks',
        '.GIT/config',
        './.git/HEAD',
        '.git ./hooks',
        'git~1/hooks',
      ),
    ),
  },
  {
    name: 'a journal over a link as a parent',
    brings: `ln -s ../../../outside link; ${journal(steps('link/keep', 'link/empty'))}`,
  },
  { name: 'a link as the staging folder', brings: `${LOCK}; ln -s ../../../outside ${FOLDER}` },
  { name: 'a link as the staging folder of today', brings: `ln -s ../../../outside ${LONG_FOLDER}` },
  { name: 'a lock that is a folder', brings: 'mkdir .acode-apply; echo 1 >.acode-apply/file' },
  { name: 'a lock that is a file', brings: 'echo 1 >.acode-apply' },
  { name: 'a lock that is a pipe', brings: 'true', later: 'mkfifo .acode-apply' },
  { name: 'a lock that leads to a file outside', brings: 'ln -s ../../../outside/keep .acode-apply' },
  { name: 'journals of wrong types', brings: `${journal('{}')}; printf null >${FOLDER}/committed.json` },
  {
    name: 'a journal that is a folder',
    brings: `${LOCK}; mkdir -p ${FOLDER}/journal.json; touch ${FOLDER}/journal.json/x`,
  },
  {
    name: 'two journals',
    brings: `${journal(steps('../../../outside/keep'))}; cp ${FOLDER}/journal.json ${FOLDER}/committed.json`,
  },
  {
    name: 'a huge journal',
    brings: `${LOCK}; mkdir ${FOLDER}; { echo '['; seq 200000 | sed 's|.*|${steps('../../../outside/keep').slice(1, -1)},|'; } >${FOLDER}/journal.json`,
  },
  {
    name: 'a folder of the runner’s own, with lock and journal',
    brings: `mkdir -p _acode-0/apply/0123456789abcdef01234567 ${LONG_FOLDER}; cp -r _acode-0 _acode-1001; printf %s '${steps('../../../outside/keep')}' >_acode-0/apply/0123456789abcdef01234567/journal.json; for f in $(seq 40); do ln -s '${lockText({ workspace: 'WORKSPACE', id: '0123456789abcdef01234567' })}' _acode-0/apply/$f.lock; done; touch ${LONG_FOLDER}/old-0`,
  },
]

/** A clone of a repository with what a pull request brings, beside folders that are none of its business. */
async function checkout({ brings, later = 'true' }: Omit<(typeof FORGED)[number], 'name'>) {
  const job = await WorkspaceJob.create()
  const { root } = job.job.layout
  const outside = path.join(root, 'outside')
  mkdirSync(path.join(outside, 'empty'), { recursive: true })
  writeFileSync(path.join(outside, 'keep'), 'secret\n')
  const inPlace = (script: string) =>
    script.replaceAll('/OUTSIDE', outside).replaceAll('WORKSPACE', job.workspace)
  bash(
    `git init -q -b main origin; cd origin; echo 1 >file; ${inPlace(brings)}; git add -A -f; git commit -qm one`,
    root,
  )
  bash(
    `find . -mindepth 1 -delete; git clone -q ${root}/origin .; echo hook >.git/hooks/pre-commit; ${later}`,
    job.workspace,
  )
  return { job, outside }
}

/** Main and post changed nothing but what the task did: one new file. */
function expectOnly(job: WorkspaceJob, before: ReadonlyMap<string, string>, made: string[]): void {
  const now = manifest(job.workspace)
  expect([...now.keys()].filter((one) => !before.has(one))).toEqual(made)
  for (const [one, state] of before) expect([one, now.get(one)]).toEqual([one, state])
}

const git = (job: WorkspaceJob): string => fingerprint(path.join(job.workspace, '.git'))

describe('changes: apply, in a checkout that brings what an apply would leave', () => {
  test.each(someOf(FORGED, 4))(
    '$name: main and post obey none of it and remove none of it (GIT-6)',
    async (forged) => {
      const { job, outside } = await checkout(forged)
      const before = { tree: manifest(job.workspace), git: git(job), outside: fingerprint(outside) }

      const step = await job.run({ changes: 'apply', run: 'echo 1 >made' })
      const post = await step.post()

      expect([...step.annotations, ...post.annotations]).toEqual([])
      expect(recordOf(step).cleanup).toMatchObject({ orphans: [], failed: [] })
      expectOnly(job, before.tree, ['made'])
      expect(git(job)).toBe(before.git)
      expect(fingerprint(outside)).toBe(before.outside)
    },
  )

  test.each(someOf(FORGED, 3, 1))(
    '$name: post after a killed main obeys none of it (CTN-6, GIT-6)',
    async (forged) => {
      const { job, outside } = await checkout(forged)
      const before = { tree: manifest(job.workspace), git: git(job), outside: fingerprint(outside) }
      const env = deadlyFiles(`^${job.job.layout.root}/_work/.*/committed`, 1)

      const step = await job.runKilled({ changes: 'apply', run: 'echo 1 >made' }, env)
      const post = await step.post()

      expect(otherThanKilled(post)).toEqual([])
      expectOnly(job, before.tree, [])
      expect(git(job)).toBe(before.git)
      expect(fingerprint(outside)).toBe(before.outside)
    },
  )

  test.each(someOf(['overlay', 'copy', 'clone'], 2))(
    'by %s files of such names are the user’s: no change of them is hidden (GIT-6, FID-5)',
    async (workspace) => {
      const { job } = await checkout({
        brings: `mkdir .acode-apply ${FOLDER} ${LONG_FOLDER}; for d in .acode-apply ${FOLDER} ${LONG_FOLDER}; do echo 1 >$d/file; done`,
      })
      const names = ['.acode-apply', FOLDER, LONG_FOLDER].map((folder) => `${folder}/file`)

      const step = await job.run({
        workspace,
        changes: 'apply',
        run: `for d in .acode-apply*; do echo task >$d/file; echo 1 >$d/new; done`,
      })

      expect(step.annotations).toEqual([])
      const patch = readFileSync(step.outputs.patch ?? '', 'utf8')
      for (const name of names) {
        expect(patch).toContain(`+++ b/${name}`)
        expect(readFileSync(path.join(job.workspace, name), 'utf8')).toBe('task\n')
        expect(existsSync(path.join(job.workspace, path.dirname(name), 'new'))).toBe(true)
      }
    },
  )
})
