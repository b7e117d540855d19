import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { runnerPaths } from '../../../src/github/paths.ts'
import { gitFoldersOf } from '../../../src/host/git-folders.ts'
import { processIdentity } from '../../../src/host/identity.ts'
import { SharedNotes } from '../../../src/ownership/shared-notes.ts'
import { withRemote } from '../../../src/plan/file/remote.ts'
import { git, Origin } from '../../support/origin.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const EMPTY = { GITHUB_WORKSPACE: '', RUNNER_TEMP: '', RUNNER_WORKSPACE: '' }
const WITHOUT_FILES = { ...EMPTY, GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '' }

/** Runs an entry of `src` in a folder, and says what it puts out and leaves. */
function entry(name: string, folder: string, env: Readonly<Record<string, string>>) {
  const temp = temporaryFolder()
  const files = temporaryFolder()
  const output = join(files, 'output')
  const summary = join(files, 'summary')
  for (const file of [output, summary]) writeFileSync(file, '')
  spawnSync(process.execPath, [resolve('src', name)], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      TMPDIR: temp,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    },
  })
  const left = readdirSync(temp).map((one) => one.replace(/-[^-]*$/, ''))
  return { left, output: readFileSync(output, 'utf8').replace(/ghadelimiter_[0-9a-f-]+|r00\w+/g, ''), temp }
}

it('the files of a step are named by the runner', () => {
  const named = { GITHUB_OUTPUT: '/files/set_output_1', GITHUB_STEP_SUMMARY: '/files/step_summary_1' }
  expect(runnerPaths(named)).toMatchObject({ fileCommands: '/files', summary: '/files/step_summary_1' })
})

describe('a variable of the runner that is empty counts as absent', () => {
  it('for the folders and files that are named', () => {
    expect(runnerPaths(WITHOUT_FILES)).toEqual(runnerPaths({}))
    expect(runnerPaths({})).toMatchObject({ fileCommands: null, summary: null })
  })

  it('for a report, which writes nothing into the folder that it is started in', () => {
    const folder = temporaryFolder()
    const inputs = { INPUT_RECORDS: 'job', INPUT_UPLOAD: 'false', INPUT_HISTORY: '0' }
    const { left } = entry('report.ts', folder, { ...inputs, ...EMPTY })
    expect(left).toEqual(['report-of-tasks'])
    expect(readdirSync(folder)).toEqual([])
  })

  it('for a plan, which looks for what changed in the same checkout', () => {
    const origin = new Origin()
    const task = (id: string) => `{ id: ${id}, paths: ["${id}/**"], container: { image: a, run: b } }`
    const tasks = `[${task('web')}, ${task('docs')}]`
    origin.commit({ 'web/a': '1', 'docs/tasks.yml': tasks })
    const folder = origin.checkout(origin.commit({ 'web/a': '2' }), 0)
    const inputs = { INPUT_FILE: 'docs/tasks.yml', INPUT_BASE: 'HEAD~1' }
    const absent = entry('plan.ts', folder, inputs)
    expect(absent.output).toContain('web')
    expect(entry('plan.ts', folder, { ...inputs, ...EMPTY }).output).toBe(absent.output)
    expect(git(folder, 'status', '--porcelain')).toBe('')
  })

  it('for the notes of shared folders', async () => {
    const temp = temporaryFolder()
    const inside = { uid: 1, gid: 1 }
    vi.stubEnv('TMPDIR', temp)
    onTestFinished(() => void vi.unstubAllEnvs())
    await new SharedNotes(EMPTY).keep('a', processIdentity(), { ...inside, inside, since: 0, folders: [] })
    expect(readdirSync(temp)).toHaveLength(1)
    expect(readdirSync('.').filter((name) => name.startsWith('_acode'))).toEqual([])
  })

  it('for credentials: the folder that a step is started in is not the runner’s', async () => {
    const folder = temporaryFolder()
    const origin = new Origin()
    const checkout = origin.checkout(origin.commit({ a: '1' }), 0)
    git(checkout, 'remote', 'set-url', 'origin', 'https://github.com/octo/repo')
    const name = 'git-credentials-0a.config'
    const key = 'http.https://github.com/.extraheader'
    git(folder, 'config', '--file', name, key, 'AUTHORIZATION: basic x')
    git(checkout, 'config', `includeIf.gitdir:${checkout}/.git.path`, join(folder, name))
    const folders = await gitFoldersOf(checkout)
    if (folders === null) throw new Error('no repository')
    const keysOf = async (env: NodeJS.ProcessEnv) => {
      const access = { token: undefined, env, paths: runnerPaths(env) }
      return withRemote(folders, access, async ({ settings }) => settings.map((one) => one.key))
    }
    const before = process.cwd()
    process.chdir(folder)
    try {
      expect(await keysOf({ RUNNER_TEMP: folder })).toContain(key)
      expect(await keysOf(EMPTY)).not.toContain(key)
      expect(await keysOf({})).not.toContain(key)
    } finally {
      process.chdir(before)
    }
  })
})
