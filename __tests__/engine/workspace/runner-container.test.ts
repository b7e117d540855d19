import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { docker, dockerTry, imageName } from '../../support/engine.ts'
import { client, machineSocket } from '../../support/runner/job-container.ts'

const DIST = path.resolve(import.meta.dirname, '../../../dist')
const RUNNER = {
  GITHUB_WORKSPACE: '/runner/r/r',
  RUNNER_TEMP: '/runner/_temp',
  RUNNER_WORKSPACE: '/runner/r',
  GITHUB_REPOSITORY: 'o/r',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'j',
  GITHUB_OUTPUT: '/files/output',
  GITHUB_STATE: '/files/state',
  GITHUB_STEP_SUMMARY: '/files/summary',
}
const PREPARE =
  'mkdir -p /runner/r/r/site /runner/_temp /files; touch /files/output /files/state /files/summary; echo in-site > /runner/r/r/site/index'

/** A runner in a container with these mounts, and one step in it. */
async function runIn(mounts: readonly string[], inputs: Readonly<Record<string, string>>) {
  const files = [
    [machineSocket(), '/var/run/docker.sock'],
    [DIST, '/action/dist'],
    ...client().map(({ from, to }) => [from, `${to}:ro`]),
  ]
  const container = await docker(
    ...['run', '--detach', '--network', 'none', ...mounts],
    ...files.flatMap(([from, to]) => ['--volume', `${from}:${to}`]),
    ...['node:22-slim', 'sleep', '1000'],
  )
  onTestFinished(async () => void (await dockerTry('rm', '--force', '--volumes', container)))
  await docker('exec', container, 'sh', '-c', PREPARE)
  const env = Object.entries({ ...RUNNER, ...inputs }).flatMap(([name, value]) => [
    '--env',
    `${name}=${value}`,
  ])
  const { stdout } = await dockerTry('exec', ...env, container, 'node', '/action/dist/main/index.js')
  return stdout
}

describe('RNR-5 a runner in a container with the machine’s engine, its work folder', () => {
  test.each([
    ['a volume', ['--volume', '/runner'], 'overlay (auto)'],
    ['a tmpfs', ['--tmpfs', '/runner'], 'copy (auto; the engine does not see /runner/r/r'],
    [
      'a volume with a tmpfs in it',
      ['--volume', '/runner', '--tmpfs', '/runner/_temp'],
      'copy (auto; the engine',
    ],
  ])('%s', async (_, mounts, method) => {
    const mountsNothing = mounts.join(' ') === '--tmpfs /runner'
    const log = await runIn(mounts, {
      INPUT_IMAGE: imageName.base,
      INPUT_NETWORK: 'none',
      INPUT_UPLOAD: 'never',
      'INPUT_SESSION-ID': `in${randomBytes(4).toString('hex')}`,
      INPUT_RUN: `cat site/index; ${mountsNothing ? '' : 'cat /s/index'}`,
      ...(mountsNothing ? {} : { INPUT_MOUNTS: 'site:/s' }),
    })
    expect(log).toContain(`workspace  ${method}`)
    expect(log).toContain(mountsNothing ? 'in-site\n' : 'in-site\nin-site\n')
    expect(log).toMatch(/: succeeded in /)
  })
})
