import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { bash } from '../../support/tree.ts'

describe('the changes that a step chooses (FID-5)', () => {
  const newJob = jobs()
  const commit = 'git -c user.name=a -c user.email=a@b'
  const base = { image: imageName.base, network: 'none', upload: 'never' }

  it('are also those of ignored files that include-ignored names, in the patch and when they are applied', async () => {
    const job = await newJob()
    bash(
      `git init -q; printf 'dist/\\n*.log\\n' >.gitignore; git add -A; ${commit} commit -qm a`,
      job.workspace,
    )
    const step = await job.uses({
      ...base,
      changes: 'apply',
      'include-ignored': 'dist/*.js',
      run: 'mkdir dist; echo a >dist/a.js; echo b >dist/a.map; echo c >build.log',
    })
    expect(step.outputs.status, step.output).toBe('succeeded')
    const patch = readFileSync(step.outputs.patch ?? '', 'utf8')
    expect(patch).toContain('+++ b/dist/a.js')
    expect(patch).not.toMatch(/a\.map|build\.log/)
    expect(
      ['dist/a.js', 'dist/a.map', 'build.log'].map((path) => existsSync(join(job.workspace, path))),
    ).toEqual([true, false, false])
  })

  it.each([
    ['repository-path', { 'repository-path': 'lib' }],
    ['working-directory', { 'working-directory': 'lib/src' }],
  ])('are those of the repository that %s leads to', async (_, inputs) => {
    const job = await newJob()
    const make = `git init -q; echo 1 >f; git add f; ${commit} commit -qm a`
    bash(`${make}; mkdir -p lib/src; cd lib; ${make}`, job.workspace)
    const run = `echo 2 >"$GITHUB_WORKSPACE/lib/f"; echo 2 >"$GITHUB_WORKSPACE/f"`
    const step = await job.uses({ ...base, ...inputs, run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(readFileSync(step.outputs.patch ?? '', 'utf8')).toContain('--- a/f\n+++ b/f\n')
    bash(`cd lib; git apply --check "${step.outputs.patch}"`, job.workspace)
  })
})
