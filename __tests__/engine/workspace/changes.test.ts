import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { Job } from '../../support/runner.ts'
import { bash, below } from '../../support/tree.ts'
import { CHANGE_CASES } from '../../support/workspace-cases.ts'
import { differences, type Trial, tryTask } from '../../support/workspace-task.ts'

const METHODS = ['overlay', 'clone', 'copy'] as const

const folderOf = (index: number): string => `case-${index}`

describe.each(METHODS)('changes by %s', (method) => {
  let job: Job
  let trial: Trial

  beforeAll(async () => {
    job = await Job.create()
    bash("git init -q -b main; echo '*.ignored' >.gitignore", job.workspace)
    CHANGE_CASES.forEach(({ setup }, index) => {
      mkdirSync(join(job.workspace, folderOf(index)))
      if (setup) bash(setup, join(job.workspace, folderOf(index)))
    })
    bash('git add -A; git add -f "*.ignored"; git commit -qm base', job.workspace)
    const run = CHANGE_CASES.map(
      ({ change }, index) => `(cd ${folderOf(index)}\n${change}\n) || echo failed: ${index}`,
    )
    trial = await tryTask(job, run.join('\n'), { workspace: method })
  }, 180_000)

  afterAll(async () => {
    await job.remove()
  })

  it('runs the task, and leaves the checkout as it was', () => {
    expect(trial.step.annotations).toEqual([])
    expect(trial.step.log).not.toMatch(/^failed: /m)
    expect(trial.record).toMatchObject({ status: 'succeeded', workspace: { method } })
    expect(trial.untouched).toBe(true)
  })

  it.each(CHANGE_CASES.map(({ name }, index) => ({ name, folder: folderOf(index) })))(
    '$name',
    ({ folder }) => {
      expect(differences(below(trial.left, folder), below(trial.applied, folder))).toEqual([])
    },
  )

  it('finds the whole tree the same', () => {
    expect(trial.left.size).toBeGreaterThan(CHANGE_CASES.length)
    expect(differences(trial.left, trial.applied)).toEqual([])
  })
})

it('a file of 300 MB', async () => {
  const job = await Job.create()
  try {
    bash('git init -q; head -c 300000000 /dev/zero >old; git add -A; git commit -qm base', job.workspace)
    const run =
      'printf x | dd of=old bs=1 seek=150000000 conv=notrunc; head -c 300000000 /dev/zero >new; head -c 2000000 /dev/urandom | dd of=new bs=1M seek=100 conv=notrunc'
    const trial = await tryTask(job, run)
    expect(trial.step.annotations).toEqual([])
    expect(differences(trial.left, trial.applied)).toEqual([])
    expect(trial.untouched).toBe(true)
  } finally {
    await job.remove()
  }
}, 180_000)

it('overlay on a kernel that is set to move folders by reference and to keep hard links together (GIT-4)', async () => {
  const job = await Job.create({ env: await kernelDefaults('redirect_dir=on,index=on') })
  try {
    bash(
      'git init -q; mkdir -p d/e; for n in $(seq 200); do echo $n >d/$n; echo $n >d/e/$n; done; echo 1 >f; ln f g; git add -A; git commit -qm base',
      job.workspace,
    )
    const run = 'mv d moved; mv moved/e e; echo x >>e/1; rm e/2; mkdir d; echo back >d/1; echo more >>f'
    const trial = await tryTask(job, run, { workspace: 'overlay' })
    expect(trial.step.annotations).toEqual([])
    expect(trial.left.get('moved/1')).toBeDefined()
    expect(differences(trial.left, trial.applied)).toEqual([])
    expect(trial.untouched).toBe(true)
  } finally {
    await job.remove()
  }
})

it('a kernel that refuses an option of the mount gets a copy instead (GIT-4)', async () => {
  const job = await Job.create({ env: await kernelDefaults('unknown_to_it=1') })
  try {
    bash('git init -q; echo 1 >f; git add -A; git commit -qm base', job.workspace)
    const trial = await tryTask(job, 'echo 2 >>f')
    expect(trial.record).toMatchObject({ status: 'succeeded', workspace: { method: 'copy' } })
    expect(differences(trial.left, trial.applied)).toEqual([])
  } finally {
    await job.remove()
  }
})

/** An engine that mounts overlays as with a kernel of other defaults: whatever is asked for wins. For a job's `env`. */
async function kernelDefaults(options: string): Promise<EngineGate['env']> {
  const gate = await EngineGate.start()
  gate.rewrite(REQUEST.create, (body) => body.replaceAll('"lowerdir=', `"${options},lowerdir=`))
  return gate.env
}
