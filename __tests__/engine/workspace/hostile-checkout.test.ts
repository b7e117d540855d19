import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { faultsOf, GitShim } from '../../support/git-shim.ts'
import { bareRepository, trap } from '../../support/hostile-git.ts'
import { jobs } from '../../support/jobs.ts'
import { Origin } from '../../support/origin.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { bash } from '../../support/tree.ts'

const AUTHOR =
  'export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com'
const WAYS = [
  { workspace: 'overlay' },
  { workspace: 'clone' },
  { workspace: 'clone', 'workspace-uncommitted': 'false' },
  { workspace: 'copy' },
  { workspace: 'overlay', changes: 'apply' },
] as const

describe('a task in a clone of a hostile repository', () => {
  const newJob = jobs()

  async function jobWith(files: Readonly<Record<string, string>>) {
    const origin = new Origin()
    origin.commit({ f: '1\n', gone: '1\n', '.gitignore': '*.o\n', ...files })
    const job = await newJob()
    bash(`git clone --quiet 'file://${origin.folder}' .`, job.workspace)
    return job
  }

  it.each(someOf(WAYS, 3))('runs nothing of what its files and its git folder name (%j)', async (inputs) => {
    const { program, config, hasRun } = trap()
    const shim = new GitShim()
    const job = await jobWith({
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
      ...bareRepository('web', config),
    })
    // What an earlier task with the same workspace could have written.
    const promisor = /\[extensions\][^[]*|\[remote "evil"\][^[]*|\tpromisor = true\n/g
    writeFileSync(join(job.workspace, '.git/config'), config.replaceAll(promisor, ''))
    bash(`cp ${program}.hooks/* .git/hooks/; echo '* filter=evil' >.git/info/attributes`, job.workspace)
    const run = `${AUTHOR}; unset GIT_DIR; rm -f .git/hooks/*; printf '[core]\\n\\trepositoryformatversion = 0\\n' >.git/config; rm -f .git/info/attributes
      echo 2 >>f; git add f; git commit -qm work; rm gone; echo x >a.o; echo new >n`
    const step = await job.uses(
      { image: imageName.git, network: 'none', upload: 'never', run, ...inputs },
      { env: shim.env },
    )
    expect(hasRun()).toBe(false)
    expect(step.outputs.status, step.output).toBe('succeeded')
    // Its filter is a program.
    expect(step.annotations, step.output).toMatchObject([
      { message: expect.stringContaining('The filter evil') },
    ])
    const patch = readFileSync(step.outputs.patch ?? '', 'utf8')
    expect(patch).toContain('+2\n')
    expect(patch).not.toContain('a.o')
    expect(existsSync(join(step.outputs.patch ?? '', '../commits.bundle'))).toBe(true)
    expect(shim.calls().length).toBeGreaterThan(5)
    expect(shim.calls().flatMap(faultsOf)).toEqual([])
    expect(readdirSync(job.temp).filter((name) => name.startsWith('acode-git-'))).toEqual([])
  })

  it('gets nothing of another repository that a link in the git folder leads to', async () => {
    const other = new Origin()
    other.commit({ secret: 'of another\n' })
    for (const link of [
      `rm -rf .git; printf 'gitdir: ${other.folder}/.git\\n' >.git`,
      `rm -rf .git; ln -s ${other.folder}/.git .git`,
      `rm -rf .git/objects .git/refs; ln -s ${other.folder}/.git/objects ${other.folder}/.git/refs .git/`,
      `echo ${other.folder}/.git/objects >.git/objects/info/alternates; rm -rf .git/refs/heads; ln -s ${other.folder}/.git/refs/heads .git/refs/`,
      `ln -s ${other.folder}/.git/HEAD .git/info/exclude -f; ln -sf ${other.folder}/.git/config .git/config`,
    ]) {
      const job = await jobWith({})
      bash(link, job.workspace)
      const run =
        'cat $(find .git -type f 2>/dev/null) </dev/null | grep -a "uploadpack" && exit 9; git log --all -p 2>/dev/null | grep "of another" && exit 9; true'
      const step = await job.uses({
        image: imageName.git,
        network: 'none',
        upload: 'never',
        workspace: 'clone',
        run,
      })
      expect(
        step.outputs.status === 'succeeded' || step.outputs['error-code'] === 'ACODE-CTN-010',
        step.output,
      ).toBe(true)
    }
  })

  const DEEP = `${Array(90).fill('a').join('/')}`
  /** Rules that git would try in more ways than there is time for. */
  const ENDLESS = `${'**/a/'.repeat(8)}b\n`

  it('leaves nothing out where git cannot say in time what is ignored, and says so (GIT-6)', async () => {
    const job = await jobWith({ '.gitignore': ENDLESS })
    const run = `mkdir -p ${DEEP}; echo 1 >${DEEP}/c; echo 2 >>f`
    const step = await job.uses({ image: imageName.git, network: 'none', upload: 'never', run })
    expect(step.outputs.status, step.output).toBe('succeeded')
    expect(messages(step, 'warning').join()).toMatch(
      /Nothing is left out as ignored.*did not end within 30 s/,
    )
    expect(readFileSync(step.outputs.patch ?? '', 'utf8')).toContain(`${DEEP}/c`)
  })

  it('is cancelled while git tries what is ignored', async () => {
    const shim = new GitShim()
    const job = await jobWith({ '.gitignore': ENDLESS })
    const run = `mkdir -p ${DEEP}; echo 1 >${DEEP}/c`
    const step = job.start({ image: imageName.git, network: 'none', upload: 'never', run }, { env: shim.env })
    const isAsked = () => shim.calls().some(({ args }) => args.includes('check-ignore'))
    await expect.poll(isAsked, { timeout: 60_000 }).toBe(true)
    const result = await step.cancel()
    expect(result.signal, result.output).toBeNull()
    expect(result.output).toMatch(/was cancelled while the changes of the task .* were collected/)
    expect(job.leftoverProcesses()).toEqual([])
  })

  it('may leave a file of line ends alone, in a patch that takes git little memory (GIT-6)', async () => {
    const job = await jobWith({})
    const run = "head -c 40000000 /dev/zero | tr '\\0' '\\n' >lines; echo 2 >>f"
    const step = await job.uses({ image: imageName.git, network: 'none', upload: 'never', run })
    expect(step.annotations, step.output).toEqual([])
    const patch = readFileSync(step.outputs.patch ?? '', 'latin1')
    expect(patch).toContain('GIT binary patch\n')
    expect(patch.length).toBeLessThan(1_000_000)
    bash(`git apply '${step.outputs.patch}'`, job.workspace)
    expect(bash('wc -l <lines; cat f', job.workspace)).toBe('40000000\n1\n2\n')
  })
})
