import { execFileSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { CREDENTIAL, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const DAY = 24 * 3600

const RUN = `
  echo mine > own
  chmod +x own
  ln own twin
  ln -s own link
  rm gone
  mkdir -p locked && echo in > locked/file && chmod 500 locked
`

/** What a folder takes on the disk, in KiB. */
const diskUse = (folder: string): number =>
  Number.parseInt(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }), 10)

describe('workspace: kept copies', () => {
  test.each(someOf(['overlay', 'clone', 'copy'], 2))(
    'a failed task’s copy is kept where that is asked for, and log and record say where (%s; GIT-2, GIT-6)',
    async (workspace) => {
      const job = await WorkspaceJob.create()

      const step = await job.run({ workspace, 'keep-failed': 'true', run: `${RUN}\nexit 3` })

      const { workspace: recorded, status } = recordOf(step)
      expect(status).toBe('failed')
      const kept = recorded?.kept ?? ''
      expect(job.kept()).toEqual([kept])
      expect(step.log).toMatch(new RegExp(`Kept the failed task's working copy in ${kept} \\(\\d.*\\)`))
      expect(readFileSync(path.join(kept, 'own'), 'utf8')).toBe('mine\n')
      expect(readFileSync(path.join(kept, 'twin'), 'utf8')).toBe('mine\n')
      expect(readFileSync(path.join(kept, 'link'), 'utf8')).toBe('mine\n')
      expect(readFileSync(path.join(kept, 'locked/file'), 'utf8')).toBe('in\n')
      expect(readFileSync(path.join(kept, 'untracked'), 'utf8')).toBe('not known to git\n')
      expect(existsSync(path.join(kept, 'gone'))).toBe(false)
      expect(readFileSync(path.join(kept, '.git/config'), 'utf8')).not.toContain(CREDENTIAL)
      await job.expectNothingLeft()
    },
  )

  test.each(
    someOf(
      [
        ['collect-max-bytes', '100m', 'dd if=/dev/null of=huge bs=1M seek=300', 'huge'],
        ['collect-max-files', '1500', 'mkdir z; cd z; seq 3000 | xargs touch', 'z/'],
        [
          'collect-max-depth',
          '8',
          'd=.; for i in $(seq 12); do d=$d/d; done; mkdir -p $d; echo 1 >$d/f',
          'd/d/d',
        ],
        ['collect-timeout', '1', 'dd if=/dev/null of=huge bs=1M seek=9000', ''],
      ],
      2,
    ),
  )('what is over %s is left out of a kept copy, and named (GIT-6)', async (input, limit, run, left) => {
    const job = await WorkspaceJob.create()
    const inputs = { workspace: 'copy', changes: 'discard', 'keep-failed': 'true', [input]: limit }

    const step = await job.run({ ...inputs, run: `echo mine >own; ${run}; exit 3` })

    const kept = recordOf(step).workspace?.kept ?? ''
    expect(job.kept(), step.log).toEqual([kept])
    const warning = messages(step, 'warning').find((text) => text.includes('is not whole')) ?? ''
    expect(warning).toContain(input)
    expect(warning).toContain(left)
    expect(diskUse(kept)).toBeLessThan(20_000)
    await job.expectNothingLeft()
  })

  test('a task that succeeds is not kept, nor one that fails without being asked for (GIT-2)', async () => {
    const job = await WorkspaceJob.create()

    const succeeded = await job.run({ 'keep-failed': 'true', run: 'true' })
    const failed = await job.run({ run: 'exit 3' })

    expect(recordOf(succeeded).workspace?.kept).toBeNull()
    expect(recordOf(failed).workspace?.kept).toBeNull()
    expect(job.kept()).toEqual([])
  })

  test('a second failure of the same task takes the first one’s place (GIT-2, GIT-6)', async () => {
    const job = await WorkspaceJob.create()
    const inputs = { 'task-id': 'again', 'keep-failed': 'true' }
    await job.run({ ...inputs, run: 'echo first > first; exit 3' })

    const step = await job.run({ ...inputs, run: 'echo second > second; exit 3' })

    expect(step.annotations.filter(({ level }) => level === 'warning')).toEqual([])
    expect(job.kept()).toHaveLength(1)
    const files = readdirSync(recordOf(step).workspace?.kept ?? '')
    expect(files).toContain('second')
    expect(files).not.toContain('first')
  })

  test('what is older than cleanup-age-days goes at the next start, and its size is reported (GIT-3, GIT-6)', async () => {
    const job = await WorkspaceJob.create()
    const keepFor = (name: string, days: number, user = 0) => {
      const folder = path.join(job.work, `_acode-kept-acode-s-${name}-00000000`)
      mkdirSync(folder)
      writeFileSync(path.join(folder, 'file'), Buffer.alloc(1024 * 1024))
      const then = Date.now() / 1000 - days * DAY
      if (user !== 0) chownSync(folder, user, user)
      utimesSync(folder, then, then)
      return folder
    }
    keepFor('old', 8)
    const young = keepFor('young', 6)
    const others = keepFor('others', 100, 4321)

    const first = await job.run({ run: 'true' })

    expect(job.kept().toSorted()).toEqual([others, young])
    expect(first.log).toMatch(/Removed 1 kept copies? older than 7 days \(1.*MiB\)/)
    expect(first.annotations).toEqual([])

    await job.run({ 'cleanup-age-days': '5', run: 'true' })

    expect(job.kept()).toEqual([others])
  })
})

describe.skipIf(process.getuid?.() !== 0)('workspace: a full disk of the runner', () => {
  /** A RUNNER_TEMP of so many bytes. */
  function smallDisk(size: string): string {
    const folder = mkdtempSync('/var/tmp/small-')
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true })
    })
    return folder
  }

  test.each(someOf(['overlay', 'clone', 'copy'], 2, 2))(
    'changes that do not fit are an error, and no half of them stays (%s; GIT-6)',
    async (workspace) => {
      // What a task in an overlay writes is on the same disk.
      const temp = smallDisk(workspace === 'overlay' ? '32m' : '8m')
      const job = await WorkspaceJob.create({ temp })

      const step = await job.run({ workspace, run: 'dd if=/dev/urandom of=huge bs=1M count=20 2>/dev/null' })

      expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
      expect(messages(step, 'error').join(), step.log).toMatch(/no space left/i)
      expect(existsSync(path.join(path.dirname(recordOf(step).container.name), 'changes.patch'))).toBe(false)
      expect(step.outputs.patch ?? '').toBe('')
      await job.expectNothingLeft()
    },
  )

  test('a clone that does not fit is an error, and no half of it stays (GIT-6)', async () => {
    const temp = smallDisk('8m')
    const job = await WorkspaceJob.create({ temp })
    execFileSync('dd', ['if=/dev/urandom', `of=${job.workspace}/huge`, 'bs=1M', 'count=20'], {
      stdio: 'ignore',
    })
    execFileSync('git', ['-C', job.workspace, 'add', 'huge'])
    execFileSync('git', ['-C', job.workspace, 'commit', '-qm', 'huge'])

    const step = await job.run({ workspace: 'clone', run: 'true' })

    expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
    expect(messages(step, 'error').join()).toMatch(/no space left|could not be written|write error/i)
    await job.expectNothingLeft()
  })
})
