import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { git, recordOf, WorkspaceJob } from '../../support/workspace-job.ts'

const TOKEN = 'ghs_vErYsEcReT'
const NPM = `//registry.npmjs.org/:_authToken=${TOKEN}\n`

/** What steps of a job write to its workspace without a commit. */
const WRITTEN: Readonly<Record<string, string>> = {
  'gha-creds-0123456789abcdef.json': `{"token":"${TOKEN}"}`,
  '.git-credentials': `https://x:${TOKEN}@github.com\n`,
  '.netrc': `machine github.com password ${TOKEN}\n`,
  '.docker/config.json': `{"auths":{"ghcr.io":{"auth":"${TOKEN}"}}}`,
  '.aws/credentials': `aws_secret_access_key=${TOKEN}\n`,
  '.git/credentials': `https://x:${TOKEN}@github.com\n`,
  'deep/.ssh/id_ed25519': `${TOKEN}\n`,
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
}

async function jobWith(files: Readonly<Record<string, string>>): Promise<WorkspaceJob> {
  const job = await WorkspaceJob.create()
  write(job.workspace, files)
  return job
}

const FIND = `if grep -r -l ${TOKEN} .; then echo "found it"; fi`

describe('credentials that steps of the job wrote', () => {
  test.each(someOf(['overlay', 'copy', 'clone'], 2))(
    'are empty in %s, named in the log, and no change',
    async (workspace) => {
      const job = await jobWith(WRITTEN)

      const step = await job.run({ workspace, run: FIND, changes: 'apply', artifacts: '**/*.json' })

      expect(step.lines).not.toContain('found it')
      const record = recordOf(step)
      expect(record).toMatchObject({ status: 'succeeded', workspace: { changedFiles: 0, deletedFiles: 0 } })
      expect(record.artifacts).toEqual([])
      expect(step.log).toMatch(/^Empty in the task's copy.*gha-creds-0123456789abcdef\.json/m)
      expect(step.output).not.toContain(TOKEN)
      for (const [name, text] of Object.entries(WRITTEN))
        expect(readFileSync(path.join(job.workspace, name), 'utf8')).toBe(text)
    },
  )

  test.each(someOf(['overlay', 'copy', 'clone'], 1, 2))(
    'are a bare mirror’s too, in %s',
    async (workspace) => {
      const job = await jobWith({})
      const mirror = path.join(job.workspace, 'mirror.git')
      execFileSync('git', ['init', '--quiet', '--bare', mirror])
      appendFileSync(
        path.join(mirror, 'config'),
        `[remote "origin"]\n\turl = https://x:${TOKEN}@github.com/o/r\n`,
      )

      const step = await job.run({ workspace, run: `${FIND}; grep github mirror.git/config` })

      expect(step.lines).not.toContain('found it')
      expect(step.output).toContain('url = "https://github.com/o/r"')
      expect(recordOf(step)).toMatchObject({ status: 'succeeded', workspace: { changedFiles: 0 } })
    },
  )

  test.each(someOf(['overlay', 'copy', 'clone'], 1, 1))(
    'stay in %s where packages come by them, and are reported',
    async (workspace) => {
      const job = await jobWith({ '.npmrc': NPM })

      const step = await job.run({ workspace, run: 'cat .npmrc | wc -l' })

      expect(recordOf(step).status).toBe('succeeded')
      expect(step.lines).toContain('1')
      expect(messages(step, 'notice').join()).toContain('tokens that steps of this job wrote: .npmrc')
    },
  )

  test('are none where they are committed, or name a variable', async () => {
    const job = await jobWith({ 'test/.netrc': 'machine example\n', 'app/.npmrc': NPM })
    git(job.workspace, 'add', 'test', 'app')
    git(job.workspace, 'commit', '--quiet', '--message', 'fixtures')
    write(job.workspace, { '.npmrc': `//registry.npmjs.org/:_authToken=\${NODE_AUTH_TOKEN}\n` })

    const step = await job.run({ workspace: 'overlay', run: 'cat test/.netrc' })

    expect(step.lines).toContain('machine example')
    expect(step.annotations).toEqual([])
    expect(step.log).not.toContain('Empty in the task')
  })

  test('are asked of the repository that they are in', async () => {
    const job = await jobWith({ 'inner/.netrc': 'machine inner\n', '.netrc': 'machine outer\n' })
    const inner = path.join(job.workspace, 'inner')
    git(inner, 'init', '--quiet')
    git(inner, 'add', '.netrc')

    const step = await job.run({ workspace: 'overlay', run: 'cat inner/.netrc .netrc' })

    expect(step.lines).toContain('machine inner')
    expect(step.lines).not.toContain('machine outer')
  })

  test('are the task’s own where it writes them', async () => {
    const job = await jobWith({ '.netrc': `password ${TOKEN}\n` })

    const step = await job.run({ workspace: 'overlay', run: 'echo mine >.netrc' })

    expect(recordOf(step).workspace).toMatchObject({ changedFiles: 1 })
    expect(existsSync(step.outputs.patch ?? '')).toBe(true)
    expect(readFileSync(step.outputs.patch ?? '', 'utf8')).not.toContain(TOKEN)
  })
})
