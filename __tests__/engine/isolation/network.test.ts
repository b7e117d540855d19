import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { docker, imageName, networks } from '../../support/engine.ts'
import { EngineGate, killedAt, type Moment, REQUEST } from '../../support/engine-gate.ts'
import { HOLD } from '../../support/held-task.ts'
import { recordOf } from '../../support/record.ts'
import { type RemoteEngine, startEngine } from '../../support/remote-engine.ts'
import { messages } from '../../support/runner.ts'
import { someOf } from '../../support/slow.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, workspace: 'none', upload: 'never' }
const METADATA = '169.254.169.254'
/**
 * Answers each client that connects, and says that it is held once it does. A server that a signal of its child ends is
 * followed by the next.
 */
const LISTEN = `while :; do nc -ll -p 8000 -e echo reached; sleep 0.05; done & until nc 127.0.0.1 8000 </dev/null | grep -q reached; do sleep 0.05; done
echo "task is held"; wait`
/** Says what a listener answers, or that it cannot be reached. */
const ask = (address: string, port: number) =>
  `nc -w 2 ${address} ${port} </dev/null || echo "no way to ${address}"`

/** An engine with its own networks, firewall rules included: the tests' own may have to do without. */
const engine = (options: 'default' | { readonly pool: string } = 'default') =>
  startEngine({ images: [imageName.base], networks: options })

const jobOn = ({ dockerHost }: RemoteEngine) => TaskJob.create({ env: { DOCKER_HOST: dockerHost } })
const on = ({ dockerHost }: RemoteEngine, ...args: string[]) => docker('--host', dockerHost, ...args)
const ours = (host: RemoteEngine) =>
  on(host, 'network', 'ls', '--filter', 'label=acode.managed=true', '--format', '{{.Name}}')

/** Something that listens on the machine of an engine, as the runner's own services or a cloud's do. */
async function listener({ pid }: RemoteEngine, address: string, port: number): Promise<void> {
  const inside = ['-t', String(pid), '-n']
  if (address !== '0.0.0.0')
    execFileSync('nsenter', [...inside, 'ip', 'address', 'add', `${address}/32`, 'dev', 'lo'])
  const program = `require('net').createServer((s) => s.end('reached')).listen(${port}, '${address}', () => console.log('up'))`
  const child = spawn('nsenter', [...inside, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => end(child))
  await once(child.stdout, 'data')
}

async function end(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

describe('a task’s network', () => {
  it('is its own: tasks in parallel do not reach each other (CTN-4, FID-4)', async () => {
    const host = await engine()
    const asked = async (network: Record<string, string>) => {
      const [one, other] = await Promise.all([jobOn(host), jobOn(host)])
      const held = one.job.start({ ...base, ...network, run: LISTEN, timeout: '60s' })
      await held.sees(/^task is held/m)
      const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
      const address = await on(host, 'inspect', '--format', format, (await containerOn(host, one)) ?? '')
      expect(address).toMatch(/^\d+\./)
      const result = await other.job.uses({ ...base, ...network, run: ask(address, 8000) })
      await (await held.cancel()).post()
      return result.output
    }
    expect(await asked({})).toContain('no way to')
    expect(await asked({ network: 'bridge' })).toContain('reached')
    expect(await ours(host)).toBe('')
  })

  it('leads to the machine’s listeners by the gateway, which is why there is network: none', async () => {
    const host = await engine()
    await listener(host, '0.0.0.0', 8080)
    const job = await jobOn(host)
    const gateway = "$(ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p')"
    const own = await job.job.uses({ ...base, run: ask(gateway, 8080) })
    expect(own.output).toContain('reached')
    const none = await job.job.uses({ ...base, network: 'none', run: ask('127.0.0.1', 8080) })
    expect(none.output).toContain('no way to')
  })

  it('does not lead to the cloud’s metadata, nor does the shared one in its place', async () => {
    const host = await engine({ pool: 'base=10.199.0.0/28,size=28' })
    await listener(host, METADATA, 80)
    const job = await jobOn(host)
    const asked = async (inputs: Record<string, string>) => {
      const step = await job.job.uses({ ...base, run: ask(METADATA, 80), ...inputs })
      expect(step.failed, step.log).toBe(false)
      return { said: step.output, network: (await recordOf(step)).container.network, step }
    }
    expect((await asked({ network: 'bridge' })).said).toContain('reached')
    // The engine's own bridge has the only addresses there are.
    const shared = await asked({})
    expect(shared.said).toContain('no way to')
    expect(shared.network).toBe('bridge')
    expect(messages(shared.step, 'notice').join()).toContain('on the shared network')
  })

  it('does not lead to the cloud’s metadata where the socket is bound to the interface', async () => {
    const host = await engine()
    await listener(host, METADATA, 80)
    const job = await jobOn(host)
    const held = job.job.start({ ...base, run: HOLD })
    await held.sees(/^task is held/m)
    const pid = await on(host, 'inspect', '--format', '{{.State.Pid}}', (await containerOn(host, job)) ?? '')
    const curl = [
      'curl',
      '--silent',
      '--show-error',
      '--max-time',
      '3',
      '--interface',
      'eth0',
      `http://${METADATA}/`,
    ]
    const inTask = () =>
      execFileSync('nsenter', ['-t', pid, '-n', ...curl], { encoding: 'utf8', stdio: 'pipe' })
    expect(inTask).toThrow(/curl/)
    await held.cancel()
  })

  it('is in log and record, and gone afterwards; another user’s namesake stays (CTN-5)', async () => {
    const host = await engine()
    const job = await jobOn(host)
    const name = `acode-${job.session}-named`
    await on(host, 'network', 'create', name)
    const step = await job.job.uses({ ...base, 'task-id': 'named', run: 'true' })
    const { container, cleanup } = await recordOf(step)
    expect(container.network).toMatch(new RegExp(`^${name}\\.network-[0-9a-f]{6}$`))
    expect(cleanup).toMatchObject({ removed: [name], failed: [] })
    expect(step.log).toContain(`network    ${container.network}`)
    expect(await ours(host)).toBe('')
    expect(await on(host, 'network', 'ls', '--format', '{{.Name}}')).toContain(name)
  })

  it('gives way to the shared one where forty tasks use up the engine’s addresses', {
    timeout: 600_000,
  }, async () => {
    const host = await engine()
    const job = await jobOn(host)
    const tasks = Array.from({ length: 40 }, (_, index) =>
      job.job.start({ ...base, 'task-id': `t${index}`, run: HOLD, timeout: '20m' }),
    )
    await Promise.all(tasks.map((task) => task.sees(/^task is held/m)))
    const own = (await ours(host)).split('\n').length
    expect(own).toBeGreaterThan(20)
    expect(own).toBeLessThan(40)
    const ids = (await on(host, 'ps', '--quiet')).split('\n')
    expect(ids).toHaveLength(40)
    for (const id of ids) await on(host, 'exec', '--detach', id, 'sh', '-c', 'echo >/tmp/held')
    const ended = await Promise.all(tasks.map((task) => task.result))
    const records = await Promise.all(ended.map(recordOf))
    expect(records.map(({ status }) => status)).toEqual(records.map(() => 'succeeded'))
    expect(records.flatMap(({ cleanup }) => cleanup.failed)).toEqual([])
    const shared = ended.filter((one) => messages(one, 'notice').join().includes('on the shared network'))
    expect(shared).toHaveLength(40 - own)
    expect(await ours(host)).toBe('')
  })
})

/** The container of a job's task. */
async function containerOn(host: RemoteEngine, job: TaskJob): Promise<string | undefined> {
  const filter = `label=acode.session=${job.session}`
  return (await on(host, 'ps', '--quiet', '--filter', filter)).split('\n')[0]
}

const KILLED: [call: RegExp, when: Moment][] = [
  [REQUEST.networkCreate, 'before'],
  [REQUEST.networkCreate, 'during'],
  [REQUEST.networkCreate, 'after'],
  [REQUEST.create, 'after'],
  [REQUEST.start, 'before'],
  [REQUEST.remove, 'after'],
  [REQUEST.networkRemove, 'before'],
]

describe('a network whose main was killed (CTN-6, CTN-11)', () => {
  it.each(someOf(KILLED, 2))('at %s, %s: post takes it along', async (call, when) => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const start = () => task.job.start({ ...base, run: 'true' }, { env: gate.env })
    const killed = await killedAt(gate, call, when, start)
    expect(killed.signal).toBe('SIGKILL')
    const post = await killed.post()
    expect(post.annotations.filter(({ title }) => title === 'ACODE-CTN-002')).toEqual([])
    expect(await networks(`label=acode.session=${task.session}`)).toEqual([])
  })

  it.each(someOf(KILLED, 1, 1))('at %s, %s: the next start takes it along', async (call, when) => {
    const task = await TaskJob.create()
    const gate = await EngineGate.start()
    const start = () => task.job.start({ ...base, run: 'true' }, { env: gate.env })
    await killedAt(gate, call, when, start, true)
    await expect.poll(() => task.job.leftoverProcesses(), { timeout: 30_000 }).toEqual([])
    const next = await task.job.uses({ ...base, 'task-id': 'next', run: 'true' })
    expect((await recordOf(next)).cleanup.failed).toEqual([])
    expect(await networks(`label=acode.session=${task.session}`)).toEqual([])
  })
})
