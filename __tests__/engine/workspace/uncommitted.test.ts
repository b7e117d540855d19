import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash, copyOf, fingerprint, manifest } from '../../support/tree.ts'
import { differences } from '../../support/workspace-task.ts'

/** A checkout with something staged, changed, deleted, untracked and ignored. */
const DIRTY =
  "git init -q -b main; echo '*.o' >.gitignore; echo 1 >f; echo 1 >g; echo 1 >h; mkdir d; echo 1 >d/x; ln -s d l; git add -A; git commit -qm one; git remote add origin https://github.com/o/r; echo dirty >>f; echo s >staged; git add staged; rm h; echo u >untracked; echo o >x.o; echo '*.c' >>.gitignore"

describe('workspace-uncommitted: false', () => {
  const newJob = jobs()
  const inputs = { image: imageName.git, network: 'none', 'workspace-uncommitted': 'false', upload: 'never' }

  it.each(someOf(['auto', 'clone'], 1))(
    'gives the task the commit and nothing else (%s; GIT-4)',
    async (workspace) => {
      const job = await newJob()
      bash(DIRTY, job.workspace)
      const before = fingerprint(job.workspace)
      const run =
        'set -e; cat f h; test ! -e staged; test ! -e untracked; test ! -e x.o; git status --porcelain; git remote get-url origin; git symbolic-ref HEAD; echo more >>h; rm g; echo n >d/n.c; echo o >y.o'
      const step = await job.uses({ ...inputs, workspace, run })
      expect(step.outputs.status, step.output).toBe('succeeded')
      expect(step.log).toMatch(/workspace {2}clone/)
      expect(step.log).toMatch(/^1\n1\nhttps:\/\/github.com\/o\/r\nrefs\/heads\/main$/m)
      expect(fingerprint(job.workspace)).toBe(before)
      const fresh = copyOf(job.workspace)
      bash(
        `git reset -q --hard; git clean -qfdx; git apply --check "${step.outputs.patch}"; git apply "${step.outputs.patch}"`,
        fresh,
      )
      expect(bash('git status --porcelain', fresh)).toBe(' D g\n M h\n?? d/n.c\n')
    },
  )

  it('is a field of the payload too, and has to be (RUN-1)', async () => {
    const job = await newJob()
    bash(DIRTY, job.workspace)
    const task = `container: { image: "${imageName.git}", network: none, run: "test ! -e untracked", workspaceUncommitted: false }`
    expect((await job.uses({ task, upload: 'never' })).outputs.status).toBe('succeeded')
  })

  it.each(someOf(['overlay', 'copy', 'bind'], 1))(
    'is refused with %s, which shows the checkout (RUN-1)',
    async (workspace) => {
      const step = await (await newJob()).uses({ ...inputs, workspace, run: 'true' })
      expect(step.outputs['error-code']).toBe('ACODE-CTN-006')
      expect(messages(step, 'error').join()).toMatch(
        new RegExp(`input workspace-uncommitted.*workspace: ${workspace} .*use workspace: clone or auto`),
      )
    },
  )

  it('changes are applied beside what is not committed (GIT-6)', async () => {
    const job = await newJob()
    bash(DIRTY, job.workspace)
    const run = 'echo more >>d/x; rm g; echo n >new'
    const step = await job.uses({ ...inputs, changes: 'apply', run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(bash('cat d/x new f untracked', job.workspace)).toBe('1\nmore\nn\n1\ndirty\nu\n')
    expect(existsSync(`${job.workspace}/g`)).toBe(false)
    expect(existsSync(`${job.workspace}/h`)).toBe(false)
  })

  it.each(
    someOf(
      [
        ['a file that is changed there', 'echo task >>f', 'f'],
        ['a deletion of it', 'rm f', 'f'],
        ['a file that is deleted there', 'echo more >>h', 'h'],
        ['a file that is untracked there', 'echo mine >untracked', 'untracked'],
        ['a file that is staged there', 'echo mine >staged', 'staged'],
        ['a folder in place of an untracked file', 'mkdir untracked; echo 1 >untracked/x', 'untracked'],
      ],
      3,
    ),
  )('changes are not applied over %s (GIT-6)', async (_, run, named) => {
    const job = await newJob()
    bash(DIRTY, job.workspace)
    const before = manifest(job.workspace)
    const step = await job.uses({ ...inputs, changes: 'apply', run: `echo more >>d/x; ${run}` })
    expect(step.outputs['error-code'], step.output).toBe('ACODE-CTN-010')
    expect(messages(step, 'error').join()).toContain(named)
    expect(differences(before, manifest(job.workspace))).toEqual([])
    expect(readFileSync(step.outputs.patch ?? '', 'utf8')).toContain('+more')
  })

  it('no program of the checkout runs on the runner (CTN-4)', async () => {
    const job = await newJob()
    const mark = `${job.temp}/ran`
    bash(
      `git init -q; echo '* filter=x' >.gitattributes; echo 1 >f; git add -A; git commit -qm one
      git config filter.x.smudge "touch ${mark}; cat"; git config filter.x.required true; git config core.fsmonitor "touch ${mark}"
      mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch ${mark}\\n' | tee .git/hooks/post-checkout >.git/hooks/reference-transaction; chmod +x .git/hooks/*`,
      job.workspace,
    )
    const step = await job.uses({ ...inputs, run: 'cat f; git config filter.x.required' })
    expect(step.log, step.output).toMatch(/^1\ntrue$/m)
    expect(existsSync(mark)).toBe(false)
  })

  it('submodules are the empty folders of a plain clone (GIT-4)', async () => {
    const job = await newJob()
    bash(
      `mkdir ../sub; (cd ../sub; git init -q; echo 1 >f; git add -A; git commit -qm one); git init -q; git -c protocol.file.allow=always submodule --quiet add "$PWD/../sub" module; git commit -qm two`,
      job.workspace,
    )
    const step = await job.uses({ ...inputs, run: 'set -e; ls -A module | wc -l; git status --porcelain' })
    expect(step.log, step.output).toMatch(/^0\n(?! )/m)
    expect(step.outputs.patch ?? '').toBe('')
  })
})
