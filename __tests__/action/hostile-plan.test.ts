import { appendFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { faultsOf, GitShim } from '../support/git-shim.ts'
import { bareRepository, trap } from '../support/hostile-git.ts'
import { jobs } from '../support/jobs.ts'
import { Origin } from '../support/origin.ts'
import type { FinishedStep, Job } from '../support/runner.ts'
import { bash } from '../support/tree.ts'

const TASKS = `
- { id: web, paths: ["web/**"], container: { image: a, run: b } }
- { id: docs, paths: ["docs/**"], container: { image: a, run: b } }
`
const idsOf = ({ outputs }: FinishedStep) => JSON.parse(outputs.ids ?? 'null')

describe('./plan in a checkout of a hostile repository', () => {
  const newJob = jobs()

  /** A job with a shallow clone of a push that changed web/ alone; the commit before has to be fetched. */
  async function jobWith(
    files: Readonly<Record<string, string>>,
    github: Readonly<Record<string, string>> = {},
  ) {
    const origin = new Origin()
    const before = origin.commit({ 'web/a': '1', 'docs/a': '1', '.github/tasks.yml': TASKS, ...files })
    const after = origin.commit({ 'web/a': '2' })
    const job = await newJob({ event: { before, after }, github })
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
    ['its own helper', () => 'hostile::x'],
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

  /** A server that has nothing, and the authorization of each request to it. */
  async function serverWithNothing() {
    const headers: unknown[] = []
    const server = createServer((request, response) => {
      headers.push(request.headers.authorization)
      response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return { headers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }

  const kept = (url: string, value: string) =>
    `[http "${url}/"]\n\textraheader = AUTHORIZATION: basic ${value}\n[http "http://other.example/"]\n\textraheader = X: y\n`

  it.each([
    ['config', null, 'basic config'],
    ['included', 'git-credentials-0b1c2d3e-0000.config', 'basic included'],
    ['elsewhere', 'other.config', undefined],
  ])('sends the token that actions/checkout kept to its server (%s)', async (place, name, sent) => {
    const { url, headers } = await serverWithNothing()
    const { job } = await jobWith({})
    const file = join(job.temp, name ?? '')
    const include = `[includeIf "gitdir:${job.workspace}/.git"]\n\tpath = ${file}\n`
    bash(`git remote set-url origin ${url}/o/r`, job.workspace)
    appendFileSync(join(job.workspace, '.git/config'), name === null ? kept(url, place) : include)
    if (name !== null) writeFileSync(file, kept(url, place))
    expect(idsOf(await plan(job))).toEqual(['web', 'docs'])
    expect(headers).toEqual([sent])
  })

  it('sends the job’s own token to this GitHub server, and to no other that a remote names', async () => {
    const [ours, other] = [await serverWithNothing(), await serverWithNothing()]
    for (const { url } of [ours, other]) {
      const { job } = await jobWith({}, { GITHUB_SERVER_URL: ours.url })
      bash(`git remote set-url origin ${url}/o/r`, job.workspace)
      const step = await job.uses({ token: 'ghs_x' }, { action: './plan' })
      expect(idsOf(step)).toEqual(['web', 'docs'])
      expect(bash(`grep -rl . ${job.temp} | xargs -r cat`, job.workspace)).not.toContain('basic')
    }
    const basic = Buffer.from('x-access-token:ghs_x').toString('base64')
    expect(ours.headers).toEqual([`basic ${basic}`])
    expect(other.headers).toEqual([undefined])
  })

  it('names the repository of each call, its own among them, and what it may not do', async () => {
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
