import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { CacheJobs } from '../../support/cache-jobs.ts'
import { NpmRegistry } from '../../support/npm-registry.ts'
import { TaskJob } from '../../support/task-job.ts'

/** The npm of this machine, which the images of the tests do not have. */
const NPM = path.join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm')

it('a real npm installs without its registry what an earlier task has downloaded (BES-3)', async () => {
  const registry = await NpmRegistry.start()
  onTestFinished(() => registry.stop())
  const { repository } = CacheJobs.create()
  const install = async () => {
    const { job } = await TaskJob.create({ github: { GITHUB_REPOSITORY: repository } })
    for (const [file, text] of Object.entries(registry.project()))
      writeFileSync(path.join(job.workspace, file), text)
    return job.uses({
      ...{ image: 'node:22-slim', cache: 'auto', mounts: `${NPM}:/npm:ro` },
      env: 'npm_config_audit=false\nnpm_config_update_notifier=false',
      run: 'node /npm/bin/npm-cli.js ci && node -p "require(\'left\')"',
    })
  }
  const cold = await install()
  expect(cold.lines, cold.log).toContain('installed')
  expect(registry.downloads).toBe(1)
  const warm = await install()
  expect(warm.lines, warm.log).toContain('installed')
  expect(registry.downloads).toBe(1)
})
