import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faultsOf, GitShim } from '../support/git-shim.ts'
import { jobs } from '../support/jobs.ts'
import { Origin } from '../support/origin.ts'
import type { FinishedStep, Job } from '../support/runner.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { bash } from '../support/tree.ts'

const TASKS = `
- { id: web, paths: ["web/**"], container: { image: a, run: b } }
- { id: docs, paths: ["docs/**"], container: { image: a, run: b } }
`
const idsOf = ({ outputs }: FinishedStep) => JSON.parse(outputs.ids ?? 'null')

/** Settings of which each starts a program, or leads to more of them. */
const hostileConfig = (program: string) => `
[core]
	repositoryformatversion = 1
	fsmonitor = ${program}
	sshCommand = ${program}
	askPass = ${program}
	gitProxy = ${program}
	pager = ${program}
	editor = ${program}
	alternateRefsCommand = ${program}
	attributesFile = ${program}.attributes
	hooksPath = ${program}.hooks
[extensions]
	partialClone = evil
[remote "evil"]
	url = ext::${program} %S
	promisor = true
	uploadpack = ${program}
[remote "origin"]
	uploadpack = ${program}
	receivepack = ${program}
	vcs = hostile
	promisor = true
[url "ext::${program} %S "]
	insteadOf = file://
[credential]
	helper = !${program}
[diff]
	external = ${program}
[diff "evil"]
	command = ${program}
	textconv = ${program}
[filter "evil"]
	clean = ${program}
	smudge = ${program}
	process = ${program}
	required = true
[merge "evil"]
	driver = ${program}
[uploadpack]
	packObjectsHook = ${program}
[protocol "ext"]
	allow = always
[include]
	path = ${program}.included
[trace2]
	eventTarget = ${program}.trace
`

/** A program that leaves a mark where it ran, with all that leads to it. */
function trap() {
  const folder = temporaryFolder()
  const mark = join(folder, 'ran')
  const program = join(folder, 'program')
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >>'${mark}'\nexit 1\n`, { mode: 0o755 })
  writeFileSync(`${program}.attributes`, '* filter=evil diff=evil merge=evil\n')
  writeFileSync(`${program}.included`, hostileConfig(program).replace(/\[include\][^[]*/, ''))
  mkdirSync(`${program}.hooks`)
  for (const hook of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-auto-gc'])
    writeFileSync(join(`${program}.hooks`, hook), `#!/bin/sh\nexec '${program}' ${hook}\n`, { mode: 0o755 })
  return { program, config: hostileConfig(program), hasRun: () => existsSync(mark) }
}

/** Files of a commit that are a bare repository to git. */
const bareRepository = (folder: string, config: string) => ({
  [`${folder}/HEAD`]: 'ref: refs/heads/main\n',
  [`${folder}/config`]: `${config}[remote "origin"]\n\turl = .\n`,
  [`${folder}/objects/keep`]: '',
  [`${folder}/refs/keep`]: '',
})

describe('./plan in a checkout of a hostile repository', () => {
  const newJob = jobs()

  /** A job with a shallow clone of a push that changed web/ alone; the commit before has to be fetched. */
  async function jobWith(files: Readonly<Record<string, string>>) {
    const origin = new Origin()
    const before = origin.commit({ 'web/a': '1', 'docs/a': '1', '.github/tasks.yml': TASKS, ...files })
    const after = origin.commit({ 'web/a': '2' })
    const job = await newJob({ event: { before, after } })
    bash(`git clone --quiet --depth=1 'file://${origin.folder}' .`, job.workspace)
    return { job, origin }
  }

  const plan = (job: Job, shim = new GitShim()) => job.uses({}, { action: './plan', env: shim.env })

  it.each(['.github', 'web'])('runs nothing of a bare repository that is committed as %s', async (folder) => {
    const { config, hasRun } = trap()
    const { job } = await jobWith(bareRepository(folder, config))
    const step = await plan(job)
    expect(hasRun()).toBe(false)
    expect(step.failed, step.output).toBe(false)
    expect(idsOf(step)).toEqual(['web'])
  })

  it('runs nothing that attributes, modules and a file like a configuration name', async () => {
    const { program, config, hasRun } = trap()
    const { job } = await jobWith({
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
      '.gitmodules': `[submodule "m"]\n\tpath = m\n\turl = ext::${program}\n\tupdate = !${program}\n`,
      '.gitconfig': config,
      config,
    })
    expect(idsOf(await plan(job))).toEqual(['web'])
    expect(hasRun()).toBe(false)
  })

  it('obeys nothing that an earlier step or a bound task wrote into the git folder', async () => {
    const { program, config, hasRun } = trap()
    const { job, origin } = await jobWith({ '.gitattributes': '* filter=evil diff=evil\n' })
    const url = `[remote "origin"]\n\turl = file://${origin.folder}\n`
    writeFileSync(join(job.workspace, '.git/config'), `${config}${url}`)
    writeFileSync(join(job.workspace, '.git/info/attributes'), '* filter=evil diff=evil\n')
    bash(`cp ${program}.hooks/* .git/hooks/; touch .git/objects/info/alternates`, job.workspace)
    expect(idsOf(await plan(job))).toEqual(['web'])
    expect(hasRun()).toBe(false)
  })

  it.each([
    ['a transport that is a program', (program: string) => `ext::${program} %S`],
    ['a server that is reached through a program', () => 'git@localhost:o/r'],
    ['an option for a program', (program: string) => `--upload-pack=${program}`],
    ['a helper of its own', () => 'hostile::x'],
  ])('fetches from no remote that is %s, and leaves no task out', async (_, urlOf) => {
    const { program, config, hasRun } = trap()
    const { job } = await jobWith({})
    writeFileSync(
      join(job.workspace, '.git/config'),
      `${config}[remote "origin"]\n\turl = ${urlOf(program)}\n`,
    )
    const step = await plan(job)
    expect(idsOf(step), step.output).toEqual(['web', 'docs'])
    expect(hasRun()).toBe(false)
  })

  it('obeys no settings of a repository on this machine that is fetched from', async () => {
    const { config, hasRun } = trap()
    const { job, origin } = await jobWith({})
    writeFileSync(join(origin.folder, '.git/config'), config)
    expect(idsOf(await plan(job))).toEqual(['web'])
    expect(hasRun()).toBe(false)
  })

  it.each([
    ['a file .git beside the task file', '.github/.git'],
    ['a file .git in the place of the git folder', '.git'],
  ])('does not follow %s to the repository of others', async (_, file) => {
    const { config, hasRun } = trap()
    const { job } = await jobWith({})
    const other = new Origin()
    other.commit({ secret: '1' })
    writeFileSync(join(other.folder, '.git/config'), config)
    const text = `gitdir: ${other.folder}/.git\n`
    bash(`rm -rf ${file}; printf %s '${text}' >${file}`, job.workspace)
    const step = await plan(job)
    expect(step.failed, step.output).toBe(false)
    expect(idsOf(step)).toEqual(['web', 'docs'])
    expect(hasRun()).toBe(false)
  })

  it('sends the token of actions/checkout to its server, from either place where that keeps it', async () => {
    const headers: unknown[] = []
    const server = createServer((request, response) => {
      headers.push(request.headers.authorization)
      response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const header = (value: string) =>
      `[http "${url}/"]\n\textraheader = AUTHORIZATION: basic ${value}\n[http "http://other.example/"]\n\textraheader = X: y\n`
    for (const place of ['config', 'included', 'elsewhere'] as const) {
      const { job } = await jobWith({})
      const name = place === 'elsewhere' ? 'other.config' : 'git-credentials-0b1c2d3e-0000.config'
      const file = join(job.temp, name)
      if (place !== 'config') writeFileSync(file, header(place))
      const config =
        place === 'config' ? header(place) : `[includeIf "gitdir:${job.workspace}/.git"]\n\tpath = ${file}\n`
      bash(`git remote set-url origin ${url}/o/r; cat >>.git/config <<'E'\n${config}\nE`, job.workspace)
      expect(idsOf(await plan(job))).toEqual(['web', 'docs'])
    }
    const [first, second, third] = headers
    expect([first, second, third]).toEqual(['basic config', 'basic included', undefined])
  })

  it('names the repository of each call, one of its own, and what it may not do', async () => {
    const shim = new GitShim()
    const { job } = await jobWith({})
    const hostile = {
      GIT_DIR: '/nowhere',
      GIT_CONFIG_COUNT: '1',
      GIT_SSH_COMMAND: 'x',
      GIT_EXTERNAL_DIFF: 'x',
    }
    const step = await job.uses({}, { action: './plan', env: { ...shim.env, ...hostile } })
    expect(idsOf(step)).toEqual(['web'])
    expect(shim.calls().length).toBeGreaterThan(5)
    expect(shim.calls().flatMap(faultsOf)).toEqual([])
    expect(bash('ls -A', job.temp)).not.toMatch(/acode-git/)
  })
})
