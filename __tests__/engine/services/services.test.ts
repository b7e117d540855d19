import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { docker, imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { makeServers, serverImage } from '../../support/servers.ts'
import { TaskJob } from '../../support/task-job.ts'
import { unprivileged } from '../../support/unprivileged.ts'

beforeAll(makeServers, 300_000)

const base = { image: serverImage.all, workspace: 'none' }
const SECRET = 'not-to-be-read'

describe('BES-1 services', () => {
  it('are a database, a cache and a queue that a task uses by their names, and that are gone with it', async () => {
    const task = await TaskJob.create()
    const step = await task.job.uses({
      ...base,
      secrets: `DB_PASSWORD=${SECRET}`,
      services: `
db:
  image: ${serverImage.postgres}
  env: { POSTGRES_PASSWORD_FILE: /run/secrets/DB_PASSWORD }
  secrets: [DB_PASSWORD]
  health: { cmd: pg_isready -h localhost -U postgres, interval: 0.2s, retries: 100 }
  ready: { timeout: 2m }
  resources: { memory: 512m }
cache: { image: '${serverImage.redis}' }
queue:
  image: ${serverImage.all}
  command: [sh, -c, 'cat /run/secrets/*; exec nats-server']
  secrets: [DB_PASSWORD]
  user: '1234'
  profile: strict
  ready: { log: Server is ready }
`,
      run: `
export PGPASSWORD=$(cat /run/acode/secrets/DB_PASSWORD)
psql -h db -U postgres -Atc 'select 6 * 7'
redis-cli -h cache set key value
redis-cli -h cache get key
mkfifo /tmp/seen
{ printf 'CONNECT {"verbose":false}\\r\\nSUB news 1\\r\\nPUB news 5\\r\\nhello\\r\\n'; read _ </tmp/seen; } |
  nc queue 4222 | { grep -m 1 -A 1 ^MSG; echo >/tmp/seen; }
`,
    })
    expect(step.failed, step.log).toBe(false)
    expect(step.lines).toEqual(expect.arrayContaining(['42', 'OK', 'value']))
    expect(step.output).toMatch(/^MSG news 1 5\s+hello\s*$/m)
    const { services = [], cleanup } = await recordOf(step)
    const names = services.map(({ container }) => container)
    expect(services).toEqual([
      service('db', { readyBy: 'its health check', health: 'healthy', user: 'root' }),
      service('cache', { readyBy: 'port 6379', user: 'root' }),
      service('queue', { readyBy: 'a line with "Server is ready"', profile: 'strict', user: '1234:0' }),
    ])
    expect(cleanup).toMatchObject({ removed: expect.arrayContaining(names), failed: [] })
    expect(step.log).toMatch(/^Service cache is ready by port 6379, after /m)
    const log = (name: string) =>
      readFileSync(path.join(path.dirname(step.outputs.log ?? ''), 'services', `${name}.log`), 'utf8')
    expect(log('cache')).toContain('Ready to accept connections')
    // The secret has no line end, and is written to another stream than the server's: no order is promised between them.
    expect(log('queue')).toMatch(/^\*\*\*/m)
    expect(log('queue')).not.toContain(SECRET)
    await step.post()
    expect(task.file('container/logs/services/db.log')).toContain('database system is ready')
    await task.expectNothingLeft()
  })

  it('need no right of root: profile strict, their own user, data in memory, files of the checkout', async () => {
    const task = await TaskJob.create(await unprivileged())
    mkdirSync(path.join(task.job.workspace, 'conf'))
    writeFileSync(path.join(task.job.workspace, 'conf/redis.conf'), 'port 7000\nprotected-mode no\nsave ""\n')
    task.job.chown()
    const payload = {
      task: {
        container: {
          ...{
            image: serverImage.all,
            workspace: 'none',
            run: 'PGPASSWORD=x psql -h db -U postgres -Atc "select 42"; redis-cli -h cache -p 7000 ping',
          },
          services: {
            db: {
              ...{ image: serverImage.postgres, env: { POSTGRES_PASSWORD: 'x' }, ready: { timeout: '2m' } },
              ...{ user: 'postgres', profile: 'strict', tmpfs: ['/var/lib/postgresql/data:size=256m'] },
            },
            cache: {
              ...{ image: serverImage.all, user: 'redis', profile: 'strict', ready: { port: 7000 } },
              command: ['redis-server', '/conf/redis.conf'],
              mounts: [{ source: 'conf', target: '/conf' }],
            },
          },
        },
      },
    }
    const step = await task.job.uses({ task: JSON.stringify(payload), upload: 'never' })
    expect(step.failed, step.log).toBe(false)
    expect(step.lines).toEqual(expect.arrayContaining(['42', 'PONG']))
    const refused = await task.job.uses({
      ...base,
      upload: 'never',
      services: `db: { image: '${serverImage.redis}', profile: strict }`,
      run: 'true',
    })
    expect(refused.outputs['error-code']).toBe('ACODE-CTN-011')
    expect((await recordOf(refused)).error?.message).toMatch(/^The service db would run as root/)
    await task.expectNothingLeft()
  })

  it('are waited for where the job is in a container, whose processes are none of this machine’s', async () => {
    const task = await TaskJob.create({ container: { image: 'node:22-slim' } })
    const step = await task.job.uses({
      ...{ image: imageName.base, workspace: 'none', upload: 'never', timeout: '60s' },
      services: `db: { image: '${imageName.base}', command: [nc, -ll, -p, '80', -e, echo, reached], ready: { port: 80 } }`,
      run: 'nc -w 5 db 80 </dev/null',
    })
    expect(step.lines, step.log).toContain('reached')
    expect(step.log).toMatch(/^Service db is ready by port 80, after /m)
  })

  it('are described wrong: all is said at once, before anything is started', async () => {
    const task = await TaskJob.create()
    const step = await task.job.uses({
      ...{ ...base, upload: 'never', run: 'true' },
      services:
        '{ db: { imag: a, ready: { port: 0 } }, cache: { image: b, secrets: [X], user: root, profile: strict } }',
    })
    const { error } = await recordOf(step)
    expect(error?.code).toBe('ACODE-CTN-006')
    expect(error?.message).toMatch(/input services\.db\.imag is unknown; did you mean image\?/)
    expect(error?.message).toMatch(/input services\.db\.ready\.port is no port/)
    const second = await task.job.uses({
      ...{ ...base, upload: 'never', run: 'true', network: 'none' },
      services: '{ cache: { image: b, secrets: [X] } }',
    })
    const found = (await recordOf(second)).error?.message
    expect(found).toMatch(/network: none and services exclude each other/)
    expect(found).toMatch(/names secrets that the input secrets does not have: X/)
  })

  it('are reached next to the job’s own, which the task joins', async () => {
    const task = await TaskJob.create({ network: 'of-the-job' })
    await docker('network', 'create', 'of-the-job')
    const shared = await docker(
      'run',
      '-d',
      '--network',
      'of-the-job',
      '--network-alias',
      'shared',
      ...LISTENER,
    )
    try {
      const step = await task.job.uses({
        ...{ ...base, image: imageName.base, upload: 'never', network: 'job', timeout: '30s' },
        services: `own: { image: '${imageName.base}', command: [nc, -ll, -p, '80', -e, echo, own], ready: { port: 80 } }`,
        run: 'nc -w 5 own 80 </dev/null; nc -w 5 shared 8000 </dev/null',
      })
      expect(step.lines, step.log).toEqual(expect.arrayContaining(['own', 'reached']))
      await task.expectNothingLeft()
    } finally {
      await docker('rm', '--force', shared)
      await docker('network', 'rm', 'of-the-job')
    }
  })
})

const LISTENER = [imageName.base, 'nc', '-ll', '-p', '8000', '-e', 'echo', 'reached']

const service = (name: string, more: object) => ({
  ...{ name, container: expect.stringMatching(new RegExp(`^acode-.*\\.service-${name}-[0-9a-f]{6}$`)) },
  ...{ image: expect.stringMatching(/^acode-test/), digest: expect.stringMatching(/^sha256:/) },
  ...{ profile: 'standard', startedAt: expect.any(String), readyAt: expect.any(String) },
  ...{ finishedAt: expect.any(String), exitCode: null, oomKilled: false, health: null },
  ...{ peakMemoryBytes: expect.any(Number), log: `logs/services/${name}.log` },
  ...more,
})

/** A service of busybox that runs a script. */
const script = (text: string, more = '') =>
  `db: { image: '${imageName.base}', command: [sh, -c, ${JSON.stringify(text)}], secrets: [WORD], ${more} }`

const FAILING: [what: string, services: string, message: RegExp][] = [
  [
    'ends before it is ready',
    script('echo no disk; cat /run/secrets/WORD; exit 3', 'ready: { port: 80 }'),
    /^The service db \(acode-test\/base:1\) ended with exit code 3 before it was ready\. .*db\.log of the record, and ends with:\n {2}- no disk\n {2}- \*\*\*$/s,
  ],
  [
    'never listens',
    script('sleep 100', 'ready: { port: 80, timeout: 2s }'),
    /was not ready within 2 s: it does not listen on port 80\. .* It printed nothing\./,
  ],
  [
    'listens where nothing reaches it',
    `db: { image: '${serverImage.all}', command: [redis-server, --port, '80', --bind, 127.0.0.1], ready: { port: 80, timeout: 15s } }`,
    /was not ready within 15 s: it listens on port 80 of its own loopback alone/,
  ],
  [
    'is never healthy',
    script(
      'sleep 100',
      'health: { cmd: "echo no schema; false", interval: 0.1s, retries: 1 }, ready: { timeout: 15s }',
    ),
    /was not ready within 15 s: its health is unhealthy \(no schema\)/,
  ],
  [
    'needs more memory than it has',
    // Its first process lives on until its counters were read: of a death in the first moment an engine may not know why.
    script('tail /dev/zero || { sleep 3; exit 137; }', 'memory: 16m, ready: { port: 80 }'),
    /was killed for memory \(limit 16 MiB\) before it was ready\. Give it more memory/,
  ],
  [
    'never prints its word',
    script('echo almost; sleep 100', 'ready: { log: done, timeout: 2s }'),
    /was not ready within 2 s: it did not print a line with "done"/,
  ],
  [
    'is no program',
    `db: { image: '${imageName.base}', command: [no-such-program] }`,
    /^The service db \(acode-test\/base:1\) could not be started: .*no-such-program/s,
  ],
]

describe('BES-1 a service that fails', () => {
  it('at its start: the task does not start, and the error says why', async () => {
    const task = await TaskJob.create()
    const inputs = { image: imageName.base, workspace: 'none', upload: 'never', secrets: `WORD=${SECRET}` }
    const steps = FAILING.map(([, services]) => task.job.start({ ...inputs, services, run: 'echo started' }))
    for (const [index, [what, , message]] of FAILING.entries()) {
      const step = await steps[index]?.result
      if (!step) throw new Error(what)
      const { error, status, exitCode } = await recordOf(step)
      const seen = { code: error?.code, status, exitCode }
      expect(seen, what).toEqual({ code: 'ACODE-CTN-014', status: 'error', exitCode: null })
      expect(error?.message, what).toMatch(message)
      expect(step.lines).not.toContain('started')
      expect(step.log).not.toContain(SECRET)
    }
    await task.expectNothingLeft()
  })

  it('dies in the middle: the task ends with it', async () => {
    const task = await TaskJob.create()
    const step = await task.job.uses({
      ...{ image: imageName.base, workspace: 'none', upload: 'never', secrets: `WORD=${SECRET}` },
      services: script('nc -l -p 80 -e true; cat /run/secrets/WORD; exit 4', 'ready: { port: 80 }'),
      run: 'nc db 80 </dev/null; sleep 100',
      timeout: '60s',
    })
    const { error, services, durationSeconds } = await recordOf(step)
    expect(error?.code, step.log).toBe('ACODE-CTN-014')
    expect(error?.message).toMatch(/ended with exit code 4 while the task ran\. .*\n {2}- \*\*\*$/s)
    expect(services?.[0]).toMatchObject({ exitCode: 4, readyBy: 'port 80' })
    expect(durationSeconds).toBeLessThan(50)
    expect(step.log).not.toContain(SECRET)
    await task.expectNothingLeft()
  })

  it('becomes unhealthy and stays so: the task ends with it, and what its check said is in the error', async () => {
    const task = await TaskJob.create()
    const well =
      'health: { cmd: "test -e /tmp/well || { echo no disk; false; }", interval: 0.5s, retries: 1 }'
    const step = await task.job.uses({
      ...{ image: imageName.base, workspace: 'none', upload: 'never', secrets: 'WORD=unused' },
      services: script('touch /tmp/well; nc -l -p 80 -e rm /tmp/well; echo full; sleep 1000', well),
      run: 'nc db 80 </dev/null; echo broken; sleep 1000',
      timeout: '110s',
    })
    const { error, services, status, durationSeconds } = await recordOf(step)
    expect({ code: error?.code, status }, step.log).toEqual({ code: 'ACODE-CTN-014', status: 'error' })
    expect(error?.message).toMatch(
      /has been unhealthy for [3-9]\d(\.\d+)? s while the task ran, and its health check says: no disk\. .*\n {2}- full$/s,
    )
    expect(services?.[0]).toMatchObject({ readyBy: 'its health check', health: 'unhealthy', exitCode: null })
    expect(durationSeconds).toBeLessThan(100)
    expect(step.lines).toContain('broken')
    await task.expectNothingLeft()
  })

  it('floods its log: the task runs on, and the record stays small', async () => {
    const task = await TaskJob.create()
    const step = await task.job.uses({
      ...{ image: imageName.base, workspace: 'none', secrets: 'WORD=unused' },
      services: script('echo begin; yes flooded', 'ready: { log: flooded }'),
      run: 'sleep 3; echo done',
    })
    expect(step.failed, step.log).toBe(false)
    expect(step.lines).toContain('done')
    await step.post()
    const log = task.file('container/logs/services/db.log')
    expect(log.length).toBeGreaterThan(8 * 1024 ** 2)
    expect(log.length).toBeLessThan(9 * 1024 ** 2)
    expect(log).toMatch(/^begin\nflooded\n/)
    expect(log).toMatch(/MiB are left out here …\n[flode\n]*flooded\n/)
    await task.expectNothingLeft()
  })

  it('is cancelled with its task, also while it is waited for', async () => {
    const task = await TaskJob.create()
    const running = task.job.start({
      ...{ image: imageName.base, workspace: 'none', upload: 'never', secrets: 'WORD=unused' },
      services: script('sleep 100', 'ready: { port: 80 }'),
      run: 'echo started',
    })
    await expect.poll(async () => (await task.containers()).length, { timeout: 60_000 }).toBe(2)
    const step = await running.cancel()
    const { status, error } = await recordOf(step)
    expect({ status, code: error?.code }).toEqual({ status: 'cancelled', code: 'ACODE-CTN-009' })
    await step.post()
    await task.expectNothingLeft()
  })
})
