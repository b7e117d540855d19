import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import type { Inputs } from '../../support/runner.ts'
import { Job, messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash, fingerprint } from '../../support/tree.ts'
import { differences, type Trial, tryTask } from '../../support/workspace-task.ts'

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

/** Everything that a task does with git, failing where any of it does. */
const GIT_AT_WORK =
  'set -e; git status; git log --oneline; git diff HEAD >/dev/null; git branch other; git checkout -q -b mine; echo x >>f; git commit -qam mine; git diff HEAD~1 >/dev/null; git worktree add -q /tmp/tree HEAD; git fsck --connectivity-only; echo y >>d/g; echo new >new'

const CASES: readonly RepositoryCase[] = [
  {
    name: 'sha256 as object format',
    setup: `git init -q -b main --object-format=sha256; echo 1 >f; mkdir d; echo 2 >d/g; head -c 3000 /dev/urandom >b; git add -A; git commit -qm one`,
    run: `${GIT_AT_WORK}; head -c 3000 /dev/urandom >b; head -c 3000 /dev/urandom >c`,
  },
  {
    name: 'a sparse checkout',
    setup: `${REPOSITORY} mkdir out; echo 3 >out/h; git add -A; git commit -qm two; git sparse-checkout set --cone d`,
    run: `${GIT_AT_WORK}; test ! -e out; git status --porcelain; git sparse-checkout list; git sparse-checkout add out; cat out/h; git sparse-checkout set d`,
    log: /^ M d\/g\n\?\? new\nd$/m,
  },
  {
    name: 'its own settings',
    setup: `${REPOSITORY} git config user.name Kept; git config core.autocrlf input; git config diff.algorithm histogram; echo '*.mine' >>.git/info/exclude; echo '*.b -diff' >>.git/info/attributes; echo 1 >x.mine`,
    run: 'git config user.name; git config core.autocrlf; git config diff.algorithm; git check-attr diff x.b; git status --porcelain; echo 2 >y.mine',
    log: /^Kept\ninput\nhistogram\nx\.b: diff: unset\n(?!\?\?)/m,
    ignored: 1,
    leftOut: /^y\.mine$/,
  },
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
    // Stored with LF, as a fresh clone has it: only this checkout has it otherwise.
    leftOut: /^auto$/,
  },
]

/** Checkouts whose git folder is not all their own: tasks get a repository that is. */
const ELSEWHERE: readonly RepositoryCase[] = [
  {
    name: 'a linked worktree',
    setup: `mkdir ../main; (cd ../main; ${REPOSITORY} git remote add origin https://github.com/o/r; git worktree add -q -b linked "$OLDPWD"); echo dirty >>f; echo u >untracked`,
    run: `${GIT_AT_WORK}; git remote get-url origin`,
    log: /^https:\/\/github\.com\/o\/r$/m,
  },
  {
    name: 'a submodule by itself',
    setup: `git init -q -b main --separate-git-dir ../super.git; git config core.worktree "$PWD"; echo 1 >f; mkdir d; echo 2 >d/g; git add -A; git commit -qm one`,
    run: GIT_AT_WORK,
  },
  {
    name: 'objects borrowed from a repository outside',
    setup: `mkdir ../main; (cd ../main; ${REPOSITORY}); git clone -q --shared ../main .; git remote set-url origin https://github.com/o/r`,
    run: GIT_AT_WORK,
  },
]

const AUTHOR =
  'export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com'

/** The task sees the repository and its changes come out exact, by the method that `workspace` stands for. */
async function expectExact(
  job: Job,
  { setup, run, inputs, log, ignored, leftOut }: RepositoryCase,
  method: (typeof METHODS)[number],
  workspace: string = method,
): Promise<Trial> {
  bash(setup, job.workspace)
  const trial = await tryTask(job, `${AUTHOR}\n(${run}\n)`, { workspace, ...inputs })
  expect(trial.step.annotations, trial.step.output).toEqual([])
  expect(trial.record, trial.step.output).toMatchObject({ status: 'succeeded', workspace: { method } })
  if (log) expect(trial.step.log).toMatch(log)
  const wanted = differences(trial.left, trial.applied).filter(
    (one) => !leftOut?.test(JSON.parse(one.slice(0, one.indexOf('": ') + 1))),
  )
  expect(wanted).toEqual([])
  if (ignored !== undefined) expect(trial.record.workspace.ignoredFiles).toBe(ignored)
  expect(trial.untouched).toBe(true)
  return trial
}

describe('a checkout whose git folder is not all its own', () => {
  const newJob = jobs()

  it.each(someOf(ELSEWHERE, 4))('$name is cloned by auto (CTN-4, GIT-1)', async (one) => {
    const trial = await expectExact(await newJob(), one, 'clone', 'auto')
    expect(trial.step.log).toMatch(/workspace {2}clone \(auto; .*git folder/)
    expect(bash(`git bundle list-heads "${trial.files.bundle}"`, trial.fresh)).toContain('refs/heads/mine')
  })

  it.each(someOf(ELSEWHERE, 2))('$name is refused by overlay and copy (CTN-4)', async ({ setup }) => {
    const job = await newJob()
    bash(setup, job.workspace)
    for (const workspace of ['overlay', 'copy']) {
      const step = await job.uses({ image: imageName.git, workspace, run: 'true' })
      expect(step.outputs['error-code']).toBe('ACODE-CTN-010')
      expect(messages(step, 'error').join()).toMatch(/git folder.*Use workspace: auto/)
    }
  })

  it('a linked worktree leaves locks, branches and credentials of the main repository alone (CTN-4, GIT-1)', async () => {
    const job = await newJob()
    const token = 'QVVUSDpzM2NyM3Q='
    bash(
      `mkdir ../main; cd ../main; ${REPOSITORY} git config http.https://github.com/.extraheader "AUTHORIZATION: basic ${token}"
      git worktree add -q -b linked "$OLDPWD"; touch $(echo .git/worktrees/*)/index.lock .git/index.lock .git/HEAD.lock`,
      job.workspace,
    )
    const main = path.join(path.dirname(job.workspace), 'main')
    const before = fingerprint(main)
    const run = `${AUTHOR}; set -e; ! grep -r '${token.slice(0, 5)}[D]${token.slice(6)}' . ; ! ls ${main}; git checkout -q main; echo x >>f; git commit -qam x; git branch -D linked`
    const trial = await tryTask(job, run)
    expect(trial.record, trial.step.output).toMatchObject({ status: 'succeeded' })
    expect(fingerprint(main)).toBe(before)
  })

  it('a git folder that is not there either is a tree without git (RUN-7)', async () => {
    const job = await newJob()
    bash('echo "gitdir: /nonexistent/.git/worktrees/x" >.git; echo 1 >f', job.workspace)
    const trial = await tryTask(job, 'echo 2 >>f; echo new >n')
    expect(trial.record, trial.step.output).toMatchObject({
      status: 'succeeded',
      workspace: { method: 'overlay' },
    })
    expect(differences(trial.left, trial.applied)).toEqual([])
  })

  it('a partial clone keeps to what it has: overlay and copy take it, clone refuses (GIT-4)', async () => {
    const job = await newJob()
    bash(
      `mkdir ../origin; (cd ../origin; ${REPOSITORY} git config uploadpack.allowFilter true; echo 3 >f; git commit -qam two); git clone -q --filter=blob:none "file://$PWD/../origin" .`,
      job.workspace,
    )
    for (const workspace of ['auto', 'copy']) {
      const trial = await tryTask(
        job,
        `${AUTHOR}; (${GIT_AT_WORK.replace('git fsck --connectivity-only; ', '')})`,
        { workspace },
      )
      expect(trial.record, trial.step.output).toMatchObject({ status: 'succeeded' })
      expect(differences(trial.left, trial.applied)).toEqual([])
      expect(trial.record.workspace.commits).toBeGreaterThan(0)
    }
    const step = await job.uses({ image: imageName.git, workspace: 'clone', run: 'true' })
    expect(messages(step, 'error').join()).toMatch(/partial clone/)
  })

  it('a format that git here does not know gives an archive, and says why (GIT-6)', async () => {
    const job = await newJob()
    bash(
      `${REPOSITORY} git config core.repositoryFormatVersion 1; git config extensions.fromTheFuture true`,
      job.workspace,
    )
    const trial = await tryTask(job, 'echo 2 >>f; echo new >n')
    expect(trial.record, trial.step.output).toMatchObject({ status: 'succeeded' })
    expect(messages(trial.step, 'warning').join()).toMatch(
      /changes\.tar.*git cannot read the checkout .*fromthefuture/is,
    )
    expect(differences(trial.left, trial.applied)).toEqual([])
  })
})

describe.each(METHODS)('a checkout by %s', (method) => {
  let job: Job
  beforeEach(async () => {
    job = await Job.create()
  })
  afterEach(async () => {
    await job.remove()
  })

  it.each(someOf(CASES, 4, METHODS.indexOf(method)))('$name', async (one) => {
    await expectExact(job, one, method)
  })
})

describe('any checkout', () => {
  const newJob = jobs()

  it.each(someOf(METHODS, 2))('git works inside, as any user, by %s', async (method) => {
    const job = await newJob()
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

  it.each(someOf(METHODS, 2, 1))(
    'commits come as a bundle that the checkout can fetch, by %s',
    async (method) => {
      const job = await newJob()
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
      expect(
        bash('git rev-parse refs/task/heads/feature refs/task/HEAD refs/task/tags/v1', trial.fresh),
      ).toBe(ids)
      expect(trial.record.workspace.commits).toBeGreaterThanOrEqual(5)
      expect(trial.untouched).toBe(true)
    },
  )

  it.each(someOf(METHODS, 1))('no commit, no bundle, by %s', async (method) => {
    const job = await newJob()
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

  it.each(someOf(METHODS, 2, 2))(
    'runs and follows nothing of a hostile git folder, by %s',
    async (method) => {
      const job = await newJob()
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
    },
  )

  it.each(someOf(METHODS, 2, 1))('shows the task no credential of the checkout, by %s', async (method) => {
    const job = await newJob()
    const secret = 's3cr3t-t0ken'
    const encoded = 'QVVUSDpzM2NyM3Q='
    bash(
      `mkdir ../sub; (cd ../sub; ${REPOSITORY}); ${REPOSITORY} git -c protocol.file.allow=always submodule --quiet add "$PWD/../sub" module; git commit -qm two
      harden() { git config remote.origin.url "https://x-access-token:${secret}@github.com/o/r"; git config "http.https://github.com/.extraheader" "AUTHORIZATION: basic ${encoded}"; git config credential.helper "store --file=/${secret}"; git config "includeIf.gitdir:$PWD/.git.path" "/tmp/${secret}.config"; git config include.path /tmp/${secret}; git config "url.https://a:${secret}@github.com/.insteadOf" git@github.com:; git config "lfs.https://a:${secret}@github.com/o/r.git/info/lfs.access" basic; git config remote.up.pushurl "https://a:${secret}@p@github.com/o/r"; git config alias.up "!git push https://a:${secret}@github.com/x"; printf '[core]\\n\\tquotePath\\n' >>.git/config; }
      harden; (cd module; git config --file ../.git/modules/module/config "http.https://github.com/.extraheader" "AUTHORIZATION: basic ${encoded}"; git config --file ../.git/modules/module/config remote.origin.url "https://a:${secret}@h/x")
      for at in tools/x a/b/c/d/e/refs; do (mkdir -p $at; cd $at; ${REPOSITORY} harden); done`,
      job.workspace,
    )
    const run = `grep -rlE '${secret.slice(0, 5)}[t]-t0ken|${encoded.slice(0, 5)}[D]${encoded.slice(6)}' . && exit 9; git remote get-url origin; git config --bool core.quotePath; git -C module log --oneline; git -C tools/x remote -v; git status --porcelain`
    const trial = await tryTask(job, run, { workspace: method })
    expect(trial.step.log).toMatch(/^https:\/\/github\.com\/o\/r$/m)
    expect(trial.record).toMatchObject({ status: 'succeeded', workspace: { method } })
    expect(trial.untouched).toBe(true)
  })
})
