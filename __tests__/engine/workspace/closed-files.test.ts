import { chownSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { messages } from '../../support/runner.ts'
import { bash } from '../../support/tree.ts'
import { unprivileged } from '../../support/unprivileged.ts'

const TRUST = "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'"

/** Files that a step as root leaves in another user's checkout. */
const LEFT = 'install -m 000 /dev/null closed; mkdir -m 700 folder; echo x >folder/x; chmod 000 folder'

describe('what the runner’s user may not read', () => {
  const newJob = jobs()

  it.each(['copy', 'overlay'])('costs itself alone (%s; GIT-6, FID-5)', async (workspace) => {
    const job = await newJob(await unprivileged())
    bash(`${TRUST}; git init -q -b main; echo 1 >f; git add f; git commit -qm one`, job.workspace)
    job.chown()
    bash(LEFT, job.workspace)
    if (process.getuid?.() === 0)
      for (const name of ['closed', 'folder']) chownSync(path.join(job.workspace, name), 0, 0)
    const inputs = { image: imageName.git, network: 'none', user: 'root', profile: 'standard', workspace }
    const step = await job.uses({
      ...inputs,
      upload: 'never',
      run: 'echo 2 >f; echo new >closed; rm -rf folder',
    })
    expect(step.outputs.status, step.output).toBe('succeeded')
    const warnings = messages(step, 'warning').join('\n')
    if (workspace === 'copy')
      expect(warnings).toMatch(/Not in the task's copy.*(closed, folder|folder, closed)/)
    else expect(warnings).toMatch(/Not in the patch.*closed/)
    expect(bash(`${TRUST}; git apply --numstat '${step.outputs.patch}'`, job.workspace)).toMatch(/^1\t1\tf$/m)
  })
})
