import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dockerTry, imageName, removeAll, volumes } from '../../support/engine.ts'
import { messages } from '../../support/runner.ts'
import {
  CREDENTIAL,
  GIT_IMAGE,
  hashOfTree,
  makeCheckout,
  recordOf,
  WorkspaceJob,
} from '../../support/workspace-job.ts'

const REPOSITORY = path.resolve(import.meta.dirname, '../../..')

describe('workspace: auto', () => {
  test('takes overlay on this machine, and says so (GIT-4, RUN-7)', async () => {
    const job = await WorkspaceJob.create()

    const step = await job.run({ run: 'git status --porcelain' })

    expect(recordOf(step).workspace).toMatchObject({ method: 'overlay', reason: 'auto' })
    expect(step.log).toContain(`workspace  overlay (auto) at ${job.workspace}`)
    expect(step.log).toContain(' M folder/file-0\n?? untracked')
    await job.expectNothingLeft()
  })

  test.each([':', ','])('a path with %j is copied, with the reason (GIT-4, RUN-7)', async (sign) => {
    const workspace = mkdtempSync('/var/tmp/workspace-')
    onTestFinished(() => rmSync(workspace, { recursive: true, force: true }))
    const odd = path.join(workspace, `a${sign}b`)
    mkdirSync(odd)
    const job = await WorkspaceJob.create({ workspace: odd })

    const step = await job.run({ 'workspace-path': '/work', run: 'git status --porcelain; echo new > new' })

    expect(recordOf(step)).toMatchObject({ status: 'succeeded', workspace: { method: 'copy' } })
    expect(recordOf(step).workspace?.reason).toMatch(/^auto; the path .* holds a character/)
    expect(step.log).toContain(' M folder/file-0\n?? untracked')
    expect(readFileSync(step.outputs.patch ?? '', 'utf8')).toContain('+new')
    await job.expectNothingLeft()
  })

  test('a task that is neither root nor the checkout’s owner gets a copy that is its own (GIT-4)', async () => {
    const job = await WorkspaceJob.create()

    const step = await job.run({
      image: imageName.user,
      user: 'image',
      run: 'set -e; test "$(id -u)" = 1000; echo more >> folder/file-1; test "$(stat -c %u folder)" = 1000',
    })

    expect(recordOf(step)).toMatchObject({ status: 'succeeded', workspace: { method: 'copy' } })
    expect(recordOf(step).workspace?.reason).toMatch(/^auto; the task’s user 1000 could not write/)
    await job.expectNothingLeft()
  })

  test.skipIf(process.getuid?.() !== 0)(
    'RNR-5 root without the right to others’ files gets a copy of a checkout of theirs, or bind says why not',
    async () => {
      const job = await WorkspaceJob.create()
      execFileSync('chown', ['-R', '1234:1234', job.workspace])

      const step = await job.run({ run: 'set -e; id -u; echo more >> shared' })
      expect(recordOf(step), step.log).toMatchObject({ status: 'succeeded', workspace: { method: 'copy' } })
      expect(recordOf(step).workspace?.reason).toMatch(/user 0 could not write .* belong to user 1234/)

      const bound = await job.run({ workspace: 'bind', run: 'true' })
      expect(bound.outputs['error-code']).toBe('ACODE-CTN-010')
      expect(messages(bound, 'error').join()).toContain('has no right to the files of user 1234')
      await job.expectNothingLeft()
    },
  )

  test('overlay asked for that cannot work is refused with the reason (CTN-10)', async () => {
    const workspace = mkdtempSync('/var/tmp/workspace-')
    onTestFinished(() => rmSync(workspace, { recursive: true, force: true }))
    const odd = path.join(workspace, 'a:b')
    mkdirSync(odd)
    const job = await WorkspaceJob.create({ workspace: odd })

    const step = await job.run({ workspace: 'overlay', 'workspace-path': '/work', run: 'true' })

    expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
    expect(messages(step, 'error').join()).toMatch(
      /could not be isolated .*a character that mount options cannot/,
    )
    await job.expectNothingLeft()
  })

  test('clone without a repository is refused with the reason (GIT-4)', async () => {
    const job = await WorkspaceJob.create()
    rmSync(path.join(job.workspace, '.git'), { recursive: true })

    const step = await job.run({ workspace: 'clone', run: 'true' })

    expect(recordOf(step)).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-010' } })
    expect(messages(step, 'error').join()).toMatch(/is no git repository/)
    await job.expectNothingLeft()
  })

  test.skipIf(process.getuid?.() !== 0)(
    'inside a job container with the machine’s engine overlay gets the machine’s paths (RUN-7, GIT-4)',
    async () => {
      const host = mkdtempSync('/var/tmp/job-')
      const session = `in${path.basename(host).replaceAll(/[^a-zA-Z0-9]/g, '')}`
      onTestFinished(async () => {
        await removeAll(session)
        rmSync(host, { recursive: true, force: true })
      })
      for (const folder of ['work', 'temp', 'commands']) mkdirSync(path.join(host, folder))
      makeCheckout(path.join(host, 'work'))
      const before = hashOfTree(path.join(host, 'work'))
      const socket = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '')

      const output = await inJobContainer(host, socket, {
        INPUT_IMAGE: GIT_IMAGE,
        INPUT_NETWORK: 'none',
        'INPUT_SESSION-ID': session,
        'INPUT_TASK-ID': 'inside',
        INPUT_UPLOAD: 'never',
        INPUT_RUN: 'cat untracked .git/config; git remote get-url origin; echo more >> shared',
      })

      expect(output).toContain('workspace  overlay (auto) at /__w/repo')
      expect(output).toContain('not known to git')
      expect(output).toContain('https://github.com/octo-org/octo-repo')
      expect(hashOfTree(path.join(host, 'work'))).toBe(before)
      // There is no git in that container: changes come as an archive.
      expect(output).not.toContain(CREDENTIAL)
      const archive = /in \/__w\/_temp(\/.*changes\.tar)/.exec(output)?.[1] ?? ''
      const untar = ['-xOf', path.join(host, 'temp', archive), 'shared']
      expect(execFileSync('tar', untar, { encoding: 'utf8' })).toBe('of the checkout\nmore\n')
      expect(await volumes(`label=acode.session=${session}`)).toEqual([])
    },
  )
})

/** Runs the built action as the runner does in a job container: its folders at other paths than on the machine. */
async function inJobContainer(
  host: string,
  socket: string,
  inputs: Readonly<Record<string, string>>,
): Promise<string> {
  const env = {
    GITHUB_WORKSPACE: '/__w/repo',
    RUNNER_TEMP: '/__w/_temp',
    RUNNER_WORKSPACE: '/__w',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'inside',
    DOCKER_HOST: 'unix:///var/run/docker.sock',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...inputs,
  }
  const files = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH']
  for (const file of files) execFileSync('touch', [path.join(host, 'commands', file)])
  const cli = execFileSync('/bin/sh', ['-c', 'readlink -f "$(command -v docker)"'], {
    encoding: 'utf8',
  }).trim()
  const libraries = execFileSync('/bin/sh', ['-c', `ldd '${cli}' 2>/dev/null | grep -o '/[^ ]*' || true`], {
    encoding: 'utf8',
  })
  const mounts = [
    [path.join(host, 'work'), '/__w/repo'],
    [path.join(host, 'temp'), '/__w/_temp'],
    [path.join(host, 'commands'), '/commands'],
    [socket, '/var/run/docker.sock'],
    [path.join(REPOSITORY, 'dist'), '/action/dist'],
    [cli, '/usr/local/bin/docker'],
    ...libraries
      .split('\n')
      .filter((file) => file !== '')
      .map((file) => [file, file]),
  ]
  const { exitCode, stdout, stderr } = await dockerTry(
    ...['run', '--rm', '--network', 'none', '--workdir', '/__w/repo'],
    ...mounts.flatMap(([source, target]) => ['--volume', `${source}:${target}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...files.flatMap((file) => ['--env', `${file}=/commands/${file}`]),
    ...['node:22-slim', 'node', '/action/dist/main/index.js'],
  )
  if (exitCode !== 0) throw new Error(`The action in the container failed: ${stdout}${stderr}`)
  return stdout
}
