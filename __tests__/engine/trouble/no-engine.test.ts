import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { EngineGate, REQUEST } from '../../support/engine-gate.ts'
import { recordOf } from '../../support/record.ts'
import { type FinishedStep, messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind', run: 'echo never' }
/** On a machine, and in a container, where the tests may run too. */
const ADVICE =
  /(Install|Start) Docker on this runner|Put the docker command into|Mount the socket of an engine/
/** Post steps of a cancelled job have 45 s altogether. */
const PATIENCE_MS = 45_000

describe('CTN-12 with no engine the task ends with ACODE-CTN-005, and post fails nothing', () => {
  it.each([
    [
      'a socket at which nothing answers',
      { DOCKER_HOST: 'unix:///no/such/docker.sock' },
      /\/no\/such\/docker\.sock/,
    ],
    ['no docker on PATH', { PATH: '/nowhere' }, /docker command is not on PATH/],
    ['an address that refuses', { DOCKER_HOST: 'tcp://127.0.0.1:1' }, /127\.0\.0\.1:1/],
  ])('%s', async (_what, env, reason) => {
    const task = await TaskJob.create()
    const result = await task.job.uses(base, { env })
    await expectNoEngine(result, reason)
    await expectHarmlessPost(task, result)
  })

  it('and one message, also where a network was to be made', async () => {
    const task = await TaskJob.create()
    const env = { DOCKER_HOST: 'unix:///no/such/docker.sock' }
    const result = await task.job.uses(
      { ...base, network: 'task', retry: '{ max: 1, on: [engine] }' },
      { env },
    )
    await expectNoEngine(result, /\/no\/such\/docker\.sock/)
    expect(messages(result, 'warning')).toEqual([])
    expect((await recordOf(result)).tries).toHaveLength(2)
    await expectHarmlessPost(task, result)
  })
})

describe('CTN-12 an engine and a docker command without a common version of the API', () => {
  it.each([
    ['1.99', /client version 1\.99 is too new\. Maximum supported API version is/],
    ['1.10', /requires API version \S+, but the Docker daemon API version is 1\.10/],
  ])('end the task with ACODE-CTN-005 and leave nothing: %s', async (version, reason) => {
    const task = await TaskJob.create()
    const result = await task.job.uses(base, { env: { DOCKER_API_VERSION: version } })
    const { error, status } = await recordOf(result)
    expect({ status, code: error?.code }).toEqual({ status: 'error', code: 'ACODE-CTN-005' })
    expect(error?.message).toMatch(reason)
    expect(error?.message).toMatch(/^The engine cannot be used: .* remove DOCKER_API_VERSION/)
    await expectHarmlessPost(task, result)
    expect(await task.containers()).toEqual([])
  })
})

describe('CTN-6, CTN-12 an engine that hangs', () => {
  it('ends the task with ACODE-CTN-005 in bounded time, and post as well', async () => {
    const task = await TaskJob.create()
    const { host } = await hangingEngine()
    const env = { DOCKER_HOST: host, ACODE_ENGINE_TIMEOUT: '2' }
    const started = performance.now()
    const result = await task.job.uses(base, { env })
    expect(performance.now() - started).toBeLessThan(60_000)
    await expectNoEngine(result, /did not answer within 2 s/)
    await expectHarmlessPost(task, result)
  })

  it('leaves a cancelled job its time', async () => {
    const task = await TaskJob.create()
    const { host, asked } = await hangingEngine()
    const running = task.job.start(base, { env: { DOCKER_HOST: host } })
    await asked
    const result = await running.cancel()
    // Not killed by the runner.
    expect(result.signal, result.log).toBeNull()
    expect((await recordOf(result)).status).toBe('cancelled')
    await expectHarmlessPost(task, result)
  })

  it('after main was killed leaves post bounded, and none of main’s calls running', async () => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const held = gate.hold(REQUEST.create)
    // Calls that do not hang need some of this on a busy machine.
    const running = task.job.start(base, { env: { ...gate.env, ACODE_ENGINE_TIMEOUT: '5' } })
    await held.reachedBy(running)
    await running.kill()
    gate.hang(REQUEST.list)
    const result = await running.result
    await expectHarmlessPost(task, result)
    expect(task.job.leftoverProcesses()).toEqual([])
  })
})

async function expectHarmlessPost(task: TaskJob, result: FinishedStep): Promise<void> {
  const started = performance.now()
  const post = await result.post()
  expect(performance.now() - started).toBeLessThan(PATIENCE_MS)
  expect(post, post.log).toMatchObject({ failed: false, exitCode: 0 })
  expect(messages(post, 'error')).toEqual([])
  expect(task.uploaded().finishedAt).not.toBeNull()
  expect(task.privateFolders()).toEqual([])
}

async function expectNoEngine(result: FinishedStep, reason: RegExp): Promise<void> {
  const record = await recordOf(result)
  expect(record, result.log).toMatchObject({ status: 'error', error: { code: 'ACODE-CTN-005' } })
  expect(record.error?.message).toMatch(reason)
  expect(record.error?.message).toMatch(ADVICE)
  expect(result).toMatchObject({ failed: true, exitCode: 1, outputs: { 'error-code': 'ACODE-CTN-005' } })
}

/** Takes connections and never answers. */
async function hangingEngine(): Promise<{ host: string; asked: Promise<unknown> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hanging-engine-'))
  const socket = path.join(folder, 'docker.sock')
  const open = new Set<Socket>()
  const server = createServer((client) => {
    client.on('error', () => client.destroy())
    open.add(client)
  })
  server.listen(socket)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const client of open) client.destroy()
    rmSync(folder, { recursive: true })
  })
  return { host: `unix://${socket}`, asked: once(server, 'connection') }
}
