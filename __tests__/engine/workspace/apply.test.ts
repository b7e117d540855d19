import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { Job } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash, fingerprint, manifest } from '../../support/tree.ts'
import { CHANGE_CASES } from '../../support/workspace-cases.ts'
import { differences, tryTask } from '../../support/workspace-task.ts'

const REPOSITORY =
  'git init -q -b main; echo 1 >f; echo 1 >g; mkdir -p d/e/h; echo 2 >d/e/h/i; git add -A; git commit -qm one;'

describe('what the task left', () => {
  let job: Job
  beforeEach(async () => {
    job = await Job.create()
  })
  afterEach(async () => {
    await job.remove()
  })

  it.each(['overlay', 'copy'])('every kind of change is applied, by %s', async (method) => {
    for (const [index, { setup }] of CHANGE_CASES.entries())
      bash(`mkdir case-${index}; cd case-${index}; ${setup ?? ''}`, job.workspace)
    bash('git init -q; git add -A; git commit -qm base', job.workspace)
    const run = CHANGE_CASES.map(({ change }, index) => `(cd case-${index}\n${change}\n)`)
    const trial = await tryTask(job, run.join('\n'), { workspace: method, changes: 'apply' })
    expect(trial.step.annotations).toEqual([])
    expect(differences(trial.left, manifest(job.workspace))).toEqual([])
    expect(readdirSync(job.workspace).filter((name) => name.startsWith('.acode'))).toEqual([])
  })

  it('outside of a repository is in an archive and a list, and is applied all the same', async () => {
    for (const [index, { setup }] of CHANGE_CASES.entries())
      bash(`mkdir case-${index}; cd case-${index}; ${setup ?? ''}`, job.workspace)
    const run = CHANGE_CASES.map(({ change }, index) => `(cd case-${index}\n${change}\n)`)
    const trial = await tryTask(job, run.join('\n'), { changes: 'apply' })
    expect(trial.step.annotations).toEqual([])
    expect(existsSync(trial.files.patch)).toBe(false)
    expect(differences(trial.left, trial.applied)).toEqual([])
    expect(differences(trial.left, manifest(job.workspace))).toEqual([])
  })

  it.each(someOf(['overlay', 'clone', 'copy'], 2))(
    'is not applied where a bad line of $GITHUB_OUTPUT fails the task, by %s (RNR-1, FID-5)',
    async (workspace) => {
      bash(REPOSITORY, job.workspace)
      const before = fingerprint(job.workspace)
      const run = 'echo 2 >f; rm g; printf "a=1\nno line\n" >>"$GITHUB_OUTPUT"'
      const inputs = {
        image: imageName.git,
        network: 'none',
        workspace,
        changes: 'apply',
        'keep-failed': 'true',
      }
      const step = await job.uses({ ...inputs, run })
      expect(step.outputs, step.output).toMatchObject({
        status: 'failed',
        'error-code': 'ACODE-CTN-006',
        a: '1',
      })
      expect(step.outputs.patch).not.toBe('')
      expect(step.output).toContain("Kept the failed task's working copy")
      expect(fingerprint(job.workspace)).toEqual(before)
    },
  )

  it('keeps modes that are not the exec bit, and folders that were empty', async () => {
    bash(`${REPOSITORY} chmod 600 f; chmod 640 g; mkdir -p d/empty/er`, job.workspace)
    await job.uses({
      image: imageName.git,
      network: 'none',
      run: 'echo 2 >>f; chmod +x g; rm -r d; echo 1 >d',
      changes: 'apply',
    })
    const modes = ['f', 'g', 'd'].map((name) =>
      (statSync(join(job.workspace, name)).mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['600', '750', '644'])
  })

  it.each(
    someOf(
      [
        ['a file that the task changed too', 'echo theirs >f'],
        ['a file that the task deleted', 'echo theirs >g'],
        ['a file where the task made one', 'echo theirs >new'],
        ['a new file in a folder that the task deleted', 'echo theirs >d/e/theirs'],
        ['a deletion of a file that the task changed', 'rm f'],
        ['a link in place of a folder that the task wrote to', 'rm -r d; ln -s /tmp d'],
        ['a file in place of a folder that the task wrote to', 'rm -r d; echo 1 >d'],
      ],
      3,
      1,
    ),
  )('is not applied over %s', async (_name, meanwhile) => {
    bash(REPOSITORY, job.workspace)
    const run = `echo started; while ! test -e "$ARTIFACT_DIR/go"; do sleep 0.1; done; echo mine >>f; rm g; echo mine >new; rm -r d; mkdir -p d/x; echo 1 >d/x/y`
    const running = job.start({ image: imageName.git, network: 'none', run, changes: 'apply' })
    await running.sees(/^started$/m)
    bash(meanwhile, job.workspace)
    const before = fingerprint(job.workspace)
    bash('touch "$(dirname "$(find . -path "*/folder-0/artifacts" -print -quit)/x")/go"', job.temp)
    const step = await running.result
    expect(step.outputs['error-code']).toBe('ACODE-CTN-010')
    expect(fingerprint(job.workspace)).toBe(before)
    expect(readFileSync(step.outputs.patch ?? '', 'latin1')).toMatch(/^\+mine$/m)
  })

  it('is not applied where the task failed, nor with changes: discard', async () => {
    bash(REPOSITORY, job.workspace)
    const failed = await tryTask(job, 'echo 2 >>f; exit 3', { changes: 'apply' })
    expect(failed.untouched).toBe(true)
    expect(existsSync(failed.files.patch)).toBe(true)
    const discarded = await tryTask(job, 'echo 2 >>f; git -c user.name=t -c user.email=t commit -qam x', {
      changes: 'discard',
    })
    expect(discarded.untouched).toBe(true)
    expect(discarded.record.status).toBe('succeeded')
    expect(existsSync(discarded.files.patch)).toBe(false)
    expect(existsSync(discarded.files.bundle)).toBe(false)
  })

  it('commits that cannot be bundled are an error; the patch is kept, and nothing is applied (GIT-6, RUN-8)', async () => {
    bash(REPOSITORY, job.workspace)
    const trial = await tryTask(job, `echo mine >>f; printf '%040d\\n' 1 >.git/refs/heads/broken`, {
      changes: 'apply',
    })
    expect(trial.record).toMatchObject({
      status: 'error',
      error: { code: 'ACODE-CTN-010', message: expect.stringMatching(/commits .* could not be bundled: /) },
      workspace: { changedFiles: 1, commits: 0 },
    })
    expect(trial.untouched).toBe(true)
    expect(readFileSync(trial.step.outputs.patch ?? '', 'latin1')).toMatch(/^\+mine$/m)
    expect(existsSync(trial.files.bundle)).toBe(false)
  })

  it('never leads out of the workspace', async () => {
    bash(
      `${REPOSITORY} mkdir ../outside; echo secret >../outside/passwd; ln -s ../outside l; ln -s "$PWD/../outside" m; git add -A; git commit -qm two`,
      job.workspace,
    )
    const outside = fingerprint(join(job.workspace, '../outside'))
    const trial = await tryTask(
      job,
      'rm l m; mkdir l; echo mine >l/passwd; ln -s /etc m; mkdir -p sub/.git/hooks; echo "touch /tmp/pwned" >sub/.git/hooks/pre-commit; echo x >sub/x',
      { changes: 'apply' },
    )
    expect(trial.step.annotations).toEqual([])
    expect(fingerprint(join(job.workspace, '../outside'))).toBe(outside)
    expect(readFileSync(join(job.workspace, 'l/passwd'), 'utf8')).toBe('mine\n')
    expect(readFileSync(trial.files.patch, 'latin1')).not.toMatch(/secret/)
    expect(existsSync(join(job.workspace, 'sub/x'))).toBe(true)
    expect(existsSync(join(job.workspace, 'sub/.git'))).toBe(false)
  })

  it('artifacts are the task’s files, ignored ones too, and the checkout’s where it left them alone', async () => {
    bash(
      `${REPOSITORY} echo '*.log' >.gitignore; git add -A; git commit -qm two; git remote add origin https://a:t0ken@h/r`,
      job.workspace,
    )
    const step = await job.uses({
      image: imageName.git,
      network: 'none',
      run: 'echo mine >f; echo l >x.log; rm g; mkdir -p out/deep; echo o >out/deep/o; ln -s /etc/passwd out/link',
      artifacts: '**/*\n.git/**',
    })
    const folder = join(step.outputs.record ?? '', '../../artifacts')
    expect([...manifest(folder).keys()].sort()).toEqual(['d/e/h/i', 'f', 'out/deep/o', 'x.log'])
    expect(existsSync(join(folder, '.git'))).toBe(false)
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('mine\n')
  })

  it('fits or is not there at all: a full disk', async () => {
    const small = join(job.layout.root, 'small')
    bash(`mkdir ${small}; mount -t tmpfs -o size=4m tmpfs ${small}`, job.layout.root)
    const full = await Job.create({ workspace: small })
    try {
      bash(REPOSITORY, small)
      writeFileSync(join(small, 'old'), 'x'.repeat(1_500_000))
      const before = fingerprint(small)
      const step = await full.uses({
        image: imageName.git,
        network: 'none',
        workspace: 'copy',
        run: 'echo 2 >>f; rm g; head -c 3000000 /dev/urandom >old',
        changes: 'apply',
      })
      expect(step.outputs['error-code']).toBe('ACODE-CTN-010')
      expect(step.log).toMatch(/no space/i)
      expect(fingerprint(small).replace(/^\. .*$/m, '')).toBe(before.replace(/^\. .*$/m, ''))
      expect(existsSync(step.outputs.patch ?? '')).toBe(true)
    } finally {
      await full.remove()
      bash(`umount ${small}`, job.layout.root)
    }
  })
})
