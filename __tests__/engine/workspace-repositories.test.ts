import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Inputs } from '../support/runner.ts'
import { Job } from '../support/runner.ts'
import { bash } from '../support/tree.ts'
import { differences, tryTask } from '../support/workspace-task.ts'

const METHODS = ['overlay', 'clone', 'copy'] as const

/** A state that a whole checkout may be in, a change, and what is to be seen besides the exact tree. */
type RepositoryCase = {
  readonly name: string
  readonly setup: string
  readonly run: string
  readonly inputs?: Inputs
  readonly log?: RegExp
  readonly ignored?: number
  /** Left out of patches, by path: ignored files. */
  readonly leftOut?: RegExp
}

const REPOSITORY = 'git init -q -b main; echo 1 >f; mkdir d; echo 2 >d/g; git add -A; git commit -qm one;'

const CASES: readonly RepositoryCase[] = [
  {
    name: 'a repository without a commit',
    setup: 'git init -q -b main; echo 1 >f; git add f; echo 2 >untracked',
    run: 'echo 2 >>f; rm untracked; echo 3 >new; git status',
    log: /No commits yet/,
  },
  {
    name: 'a detached HEAD, as of a pull request',
    setup: `${REPOSITORY} git update-ref refs/remotes/pull/1/merge HEAD; git checkout -q --detach refs/remotes/pull/1/merge; git branch -qD main`,
    run: 'echo 2 >>f; git status; git log --oneline refs/remotes/pull/1/merge; git status --porcelain',
    log: /HEAD detached at|Not currently on any branch/,
  },
  {
    name: 'a shallow clone',
    setup: `mkdir ../origin; (cd ../origin; ${REPOSITORY} for n in 2 3; do echo $n >f; git commit -qam $n; done); git clone -q --depth 1 "file://$PWD/../origin" .`,
    run: 'git log --oneline | wc -l; git rev-parse --is-shallow-repository; echo x >>f; rm -r d; git status --porcelain',
    log: /^1\ntrue\n D d\/g\n M f$/m,
  },
  {
    name: 'another path in the container',
    setup: REPOSITORY,
    run: 'pwd; echo x >>f; rm -r d; echo 1 >d; git status --porcelain',
    inputs: { 'workspace-path': '/src/my repo' },
    log: /^\/src\/my repo$/m,
  },
  {
    name: 'a dirty checkout: staged, unstaged, untracked and deleted files',
    setup: `${REPOSITORY} echo s >staged; git add staged; echo dirty >>f; echo u >untracked; echo u2 >gone; rm d/g`,
    run: 'git status --porcelain; rm gone; echo more >>untracked; echo more >>f; mkdir -p d; echo again >d/g',
    log: /^ D d\/g\n M f\nA {2}staged\n\?\? gone\n\?\? untracked$/m,
  },
  {
    name: 'ignored files: left out, counted',
    setup: `${REPOSITORY} printf '*.o\\n/out/\\n!keep.o\\n' >.gitignore; mkdir sub; echo '*.s' >sub/.gitignore; echo 1 >a.o; git add -A; git commit -qm two; echo untracked-rules >d/.gitignore; echo '*.u' >>d/.gitignore`,
    run: 'echo 1 >b.o; echo 2 >>a.o; mkdir out; echo 3 >out/x; echo 4 >keep.o; echo 5 >sub/x.s; echo 6 >x.s; echo 7 >d/x.u; echo 8 >x.u',
    ignored: 5,
    leftOut: /^(a\.o|b\.o|out\/x|sub\/x\.s|d\/x\.u)$/,
  },
  {
    name: 'rules that the task changes',
    setup: `${REPOSITORY} echo '*.a' >.gitignore; git add -A; git commit -qm two`,
    run: "echo '*.b' >.gitignore; echo 1 >x.a; echo 2 >x.b; mkdir new; echo '*.c' >new/.gitignore; echo 3 >new/x.c",
    ignored: 2,
    leftOut: /^(x\.b|new\/x\.c)$/,
  },
  {
    name: 'tracked files that the rules ignore',
    setup: `git init -q -b main; mkdir out; echo '*.o' >.gitignore; echo /out/ >>.gitignore; echo 1 >f.o; echo 2 >out/g; git add -A -f; git commit -qm one`,
    run: 'echo 2 >>f.o; rm out/g; echo 3 >out/new; git status --porcelain',
    ignored: 1,
    leftOut: /^out\/new$/,
  },
  {
    name: 'a submodule',
    setup: `mkdir ../sub; (cd ../sub; ${REPOSITORY}); ${REPOSITORY} git -c protocol.file.allow=always submodule --quiet add "$PWD/../sub" module; git commit -qm two`,
    run: 'cd module; git status --porcelain; echo x >>f; echo new >n; rm d/g; git commit -qam inner; cd ..; git status --porcelain; echo y >>f',
    log: /^ M module$/m,
  },
  {
    name: 'a repository that the task makes in the workspace',
    setup: REPOSITORY,
    run: 'mkdir v; cd v; git init -q; echo 1 >f; git add f; git commit -qm inner',
  },
  {
    name: 'a linked and a nested path that the index knows',
    setup: `${REPOSITORY} ln -s d l; git add -A; git commit -qm two`,
    run: 'rm l; mkdir l; echo 1 >l/g; git status --porcelain',
  },
  {
    name: 'line ends by attributes',
    setup: `git init -q -b main; printf '*.txt text eol=crlf\\n*.sh text eol=lf\\n* text=auto\\n' >.gitattributes; printf 'a\\r\\nb\\r\\n' >f.txt; printf 'a\\nb\\n' >g.sh; printf 'x\\r\\n' >auto; git add -A; git commit -qm one`,
    run: "printf 'a\\r\\nB\\r\\n' >f.txt; printf 'a\\nB\\n' >g.sh; printf 'new\\r\\n' >n.txt; printf 'y\\r\\n' >>auto",
  },
]

const AUTHOR =
  'export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com'

describe.each(METHODS)('a checkout by %s', (method) => {
  let job: Job
  beforeEach(async () => {
    job = await Job.create()
  })
  afterEach(async () => {
    await job.remove()
  })

  it.each(CASES)('$name', async ({ setup, run, inputs, log, ignored, leftOut }) => {
    bash(setup, job.workspace)
    const trial = await tryTask(job, `${AUTHOR}\n(${run}\n)`, { workspace: method, ...inputs })
    expect(trial.step.annotations).toEqual([])
    expect(trial.record).toMatchObject({ status: 'succeeded', workspace: { method } })
    if (log) expect(trial.step.log).toMatch(log)
    const wanted = differences(trial.left, trial.applied).filter(
      (one) => !leftOut?.test(JSON.parse(one.slice(0, one.indexOf('": ') + 1))),
    )
    expect(wanted).toEqual([])
    if (ignored !== undefined) expect(trial.record.workspace.ignoredFiles).toBe(ignored)
    expect(trial.untouched).toBe(true)
  })

  it('git works inside, whoever the task is', async () => {
    bash(REPOSITORY, job.workspace)
    const run = `${AUTHOR}; id -u; git status --porcelain; git checkout -q -b work; echo x >>d/g; git commit -qam work; git worktree add -q ../wt HEAD~1 || git worktree add -q /tmp/linked HEAD~1; git log --oneline; git tag t; touch d/new; git stash -q -u; git stash pop -q`
    const trial = await tryTask(job, run, {
      workspace: method === 'overlay' ? 'auto' : method,
      user: '1000:1000',
    })
    expect(trial.step.annotations).toEqual([])
    expect(trial.record).toMatchObject({ status: 'succeeded' })
    expect(trial.step.log).toMatch(/^1000$/m)
    expect(trial.step.log).not.toMatch(/dubious/)
    expect(differences(trial.left, trial.applied)).toEqual([])
    expect(trial.untouched).toBe(true)
  })

  it('commits come as a bundle that the checkout can fetch', async () => {
    bash(
      `${REPOSITORY} git tag base; git checkout -q -b side; echo s >s; git add s; git commit -qm side; git checkout -q main`,
      job.workspace,
    )
    const run = `${AUTHOR}
      git checkout -q -b feature; echo 1 >>f; git commit -qam first; echo 2 >>f; git commit -qa --amend -m amended
      git tag -a v1 -m tag; git tag light; git merge -q --no-edit side; git branch "bränch/x"
      git checkout -q --detach; echo 3 >>f; git commit -qam detached; git gc -q; git rev-parse feature HEAD v1 >$ARTIFACT_DIR/ids`
    const trial = await tryTask(job, run, { workspace: method })
    expect(trial.step.annotations).toEqual([])
    expect(differences(trial.left, trial.applied)).toEqual([])
    bash(
      `git bundle verify -q "${trial.files.bundle}"; git fetch -q "${trial.files.bundle}" '+refs/*:refs/task/*' '+HEAD:refs/task/HEAD'; git fsck --no-dangling`,
      trial.fresh,
    )
    const ids = bash(
      `cat "${trial.files.bundle}/../artifacts/ids" 2>/dev/null || cat "$(dirname "${trial.files.bundle}")/artifacts/ids"`,
      trial.fresh,
    )
    expect(bash('git rev-parse refs/task/heads/feature refs/task/HEAD refs/task/tags/v1', trial.fresh)).toBe(
      ids,
    )
    expect(trial.record.workspace.commits).toBeGreaterThanOrEqual(5)
    expect(trial.untouched).toBe(true)
  })

  it('no commit, no bundle', async () => {
    bash(`${REPOSITORY} git branch other`, job.workspace)
    const trial = await tryTask(
      job,
      'echo 1 >>f; git add -A; git stash list; git checkout -q other; git branch -D main; git branch moved',
      { workspace: method },
    )
    expect(trial.step.annotations).toEqual([])
    expect(existsSync(trial.files.bundle)).toBe(false)
    expect(trial.record.workspace.commits).toBe(0)
  })

  it('runs and follows nothing of a hostile git folder', async () => {
    bash(REPOSITORY, job.workspace)
    const mark = `${job.temp}/pwned`
    const run = `${AUTHOR}; echo x >>f; git commit -qam work
      for k in core.fsmonitor core.sshCommand core.pager core.editor diff.external filter.x.clean filter.x.smudge uploadpack.packObjectsHook gpg.program core.askPass credential.helper; do git config $k "touch ${mark}; false"; done
      git config core.hooksPath "$PWD/hooks"; mkdir hooks; for h in post-checkout pre-commit reference-transaction post-index-change fsmonitor-watchman; do printf '#!/bin/sh\\ntouch ${mark}\\n' >hooks/$h; cp hooks/$h .git/hooks/ 2>/dev/null || { mkdir -p .git/hooks; cp hooks/$h .git/hooks/; }; done; chmod +x hooks/* .git/hooks/*
      echo '* filter=x diff=x' >.gitattributes; mkdir -p .git/objects/info .git/info; echo /etc >.git/objects/info/alternates; echo '* filter=x' >.git/info/attributes
      ln -s /etc/passwd .git/refs/heads/evil; echo 'ref: ../../../../../etc/passwd' >.git/refs/heads/evil2; ln -sf /etc/hostname .git/packed-refs; printf '/etc\\n' >.git/commondir
      mkdir -p "$(printf '.git/refs/heads/\\377x')"; cp .git/refs/heads/main "$(printf '.git/refs/heads/\\377x/y')"`
    const trial = await tryTask(job, run, { workspace: method })
    expect(existsSync(mark)).toBe(false)
    expect(trial.record.error).toBeNull()
    expect(trial.untouched).toBe(true)
    expect(trial.step.log).not.toMatch(/root:x:/)
    bash(`git fetch -q "${trial.files.bundle}" refs/heads/main`, trial.fresh)
  })

  it('shows the task no credential of the checkout', async () => {
    const secret = 's3cr3t-t0ken'
    const encoded = 'QVVUSDpzM2NyM3Q='
    bash(
      `mkdir ../sub; (cd ../sub; ${REPOSITORY}); ${REPOSITORY} git -c protocol.file.allow=always submodule --quiet add "$PWD/../sub" module; git commit -qm two
      harden() { git config remote.origin.url "https://x-access-token:${secret}@github.com/o/r"; git config "http.https://github.com/.extraheader" "AUTHORIZATION: basic ${encoded}"; git config credential.helper "store --file=/${secret}"; git config "includeIf.gitdir:$PWD/.git.path" "/tmp/${secret}.config"; git config include.path /tmp/${secret}; git config "url.https://a:${secret}@github.com/.insteadOf" git@github.com:; git config "lfs.https://a:${secret}@github.com/o/r.git/info/lfs.access" basic; git config remote.up.pushurl "https://a:${secret}@p@github.com/o/r"; git config alias.up "!git push https://a:${secret}@github.com/x"; printf '[core]\\n\\tlogAllRefUpdates\\n' >>.git/config; }
      harden; (cd module; git config --file ../.git/modules/module/config "http.https://github.com/.extraheader" "AUTHORIZATION: basic ${encoded}"; git config --file ../.git/modules/module/config remote.origin.url "https://a:${secret}@h/x")
      mkdir -p tools/x; cd tools/x; ${REPOSITORY} harden`,
      job.workspace,
    )
    const run = `grep -rlaE '${secret.slice(0, 3)}${'[t]'}-t0ken|${encoded.slice(0, 8)}[D]pzM2' . && exit 9; git remote get-url origin; git config --bool core.logAllRefUpdates; git -C module log --oneline; git -C tools/x remote -v; git status --porcelain`
    const trial = await tryTask(job, run, { workspace: method })
    expect(trial.step.log).toMatch(/^https:\/\/github\.com\/o\/r$/m)
    expect(trial.record).toMatchObject({ status: 'succeeded', workspace: { method } })
    expect(trial.untouched).toBe(true)
  })
})
