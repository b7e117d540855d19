import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { someOf } from '../../support/slow.ts'
import { git, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const ISOLATED = ['overlay', 'clone', 'copy'] as const
const CLEARED = 'env -i PATH="$PATH" git'

/** A job whose checkout has nothing uncommitted, some of it years old. */
async function cleanJob(): Promise<WorkspaceJob> {
  const job = await WorkspaceJob.create()
  git(job.workspace, 'add', '--all')
  git(job.workspace, 'commit', '--quiet', '--message', 'all')
  utimesSync(path.join(job.workspace, 'shared'), 1_600_000_000, 1_600_000_000.25)
  git(job.workspace, 'update-index', '--refresh')
  return job
}

describe('FID-3 a checkout that was not touched', () => {
  it.each(someOf(ISOLATED, 2))('has its times, and is clean to git (%s)', async (workspace) => {
    const job = await cleanJob()
    const { mtimeMs } = statSync(path.join(job.workspace, 'folder/file-3'))
    const run = `set -e
      stat -c 'time %Y' shared folder/file-3
      git diff-index HEAD; git diff-files; ${CLEARED} diff-index HEAD; echo clean`
    const step = await job.run({ workspace, run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContain('time 1600000000')
    expect(step.lines).toContain(`time ${Math.floor(mtimeMs / 1000)}`)
    expect(step.lines[step.lines.indexOf('clean') - 1]).toMatch(/^time /)
  })

  it.each(someOf(['clone', 'copy'], 1, 1))(
    'and one that is staged, split and within a merge stays so (%s)',
    async (workspace) => {
      const job = await cleanJob()
      const run = (...args: string[]) => git(job.workspace, ...args)
      run('checkout', '--quiet', '-b', 'other')
      writeFileSync(path.join(job.workspace, 'shared'), 'of the other\n')
      run('commit', '--quiet', '--all', '--message', 'other')
      run('checkout', '--quiet', 'main')
      writeFileSync(path.join(job.workspace, 'shared'), 'of main\n')
      run('commit', '--quiet', '--all', '--message', 'main')
      const merged = run('rev-parse', 'other').trim()
      expect(() => run('merge', 'other')).toThrow()
      run('branch', '--quiet', '-D', 'other')
      writeFileSync(path.join(job.workspace, 'staged'), 'nowhere else\n')
      run('add', 'staged')
      run('update-index', '--split-index')
      const script = `set -e
      git status --porcelain; git show :staged; git show :3:shared; cat .git/MERGE_HEAD
      echo both >shared; git add shared
      git -c user.name=t -c user.email=t@t commit -qm merged; git log -1 --format='parents %P'; git fsck --strict`
      const step = await job.run({ workspace, run: script })
      expect(step.outputs.status, step.output).toBe('succeeded')
      for (const line of ['UU shared', 'A  staged', 'nowhere else', 'of the other', merged])
        expect(step.lines).toContain(line)
      expect(step.output).toMatch(new RegExp(`^parents \\w+ ${merged}$`, 'm'))
      expect(recordOf(step).workspace?.method).toBe(workspace)
    },
  )
})

describe('FID-3 git never doubts ownership', () => {
  const ASK = `set -e
    git status --porcelain; ${CLEARED} status --porcelain; env -i PATH="$PATH" HOME="$HOME" git -C sub status
    ${CLEARED} -C sub log --format=%s; echo fine`

  it.each(
    someOf(
      [
        ['root over files of others', {}],
        ['root in the shared folder', { workspace: 'bind' }],
        ['a stranger', { user: '4711:4711' }],
      ],
      2,
      1,
    ),
  )('%s, also with a cleared environment, and below the workspace', async (_, inputs) => {
    const job = await cleanJob()
    const sub = path.join(job.workspace, 'sub')
    mkdirSync(sub)
    git(sub, 'init', '--quiet')
    git(
      sub,
      '-c',
      'user.name=s',
      '-c',
      'user.email=s@s',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'of sub',
    )
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '1500:1500', job.workspace])
    const step = await job.run({ profile: 'standard', run: ASK, ...inputs })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(step.lines).toContain('of sub')
    expect(step.output).not.toContain('dubious')
  })
})

describe('RNR-5 root without the right to write what is others’, as in profile strict', () => {
  const isRoot = process.getuid?.() === 0
  it.skipIf(!isRoot)('has a copy of files of others that it can write, and bind says why not', async () => {
    const job = await cleanJob()
    execFileSync('chown', ['-R', '1500:1500', job.workspace])
    const run = 'set -e; echo more >>shared; echo new >new; rm gone'
    const step = await job.run({ run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(recordOf(step).workspace).toMatchObject({ method: 'copy', changedFiles: 2, deletedFiles: 1 })
    const bound = await job.run({ run, workspace: 'bind' })
    expect(bound.outputs).toMatchObject({ status: 'error', 'error-code': 'ACODE-CTN-010' })
    expect(bound.log).toContain('no right to the files of user 1500 in profile strict')
    const standard = await job.run({ run, workspace: 'bind', profile: 'standard' })
    expect(standard.outputs.status, standard.output).toBe('succeeded')
    await job.expectNothingLeft()
  })
})
