import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { IN_TASK, said } from '../../support/egress/in-task.ts'
import { HOSTS, internet } from '../../support/egress/internet.ts'
import { imageName, networks } from '../../support/engine.ts'
import { listening } from '../../support/listening.ts'
import { folderOf, recordOf } from '../../support/record.ts'
import { startEngine } from '../../support/remote-engine.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const NODE = 'node:22-slim'
const base = { workspace: 'none', upload: 'never', timeout: '60s' }
const inNode = { ...base, image: NODE, shell: 'node {0}' }

describe('a task with a list of egress (BES-2)', () => {
  it('reaches what is in it by name, and nothing else in any way', async () => {
    const { env } = await internet()
    const task = await TaskJob.create()
    const { allowed, other, rebound, inside } = HOSTS
    const here = await listening(createServer(), '0.0.0.0')
    const run = `${IN_TASK}
;(async () => {
  await say('plain', () => get('http://${allowed}/x'))
  await say('host header', () => get('http://${allowed}/x', { host: '${other}' }))
  await say('secure', () => secure('${allowed}:443', '${allowed}'))
  await say('other name', () => secure('${allowed}:443', '${other}'))
  await say('named port', async () => read(await tunnel('${allowed}:22')))
  await say('unlisted', () => get('http://${other}/'))
  await say('unlisted tunnel', () => status('${other}:443'))
  await say('unlisted port', () => status('${allowed}:25'))
  await say('redirect', () => get('http://${allowed}/to/${other}'))
  await say('redirected', async () => get((await get('http://${allowed}/to/${other}')).slice(4)))
  await say('first look', () => get('http://${rebound}/'))
  await say('second look', () => get('http://${rebound}/'))
  await say('private name', () => get('http://${inside}/'))
  for (const address of ['127.0.0.1', '0x7f.1', '2130706433', '0177.0.0.1', '169.254.169.254', '[::1]', '[::ffff:10.11.12.13]', proxy.hostname])
    await say('address ' + address.replace(/\\W/g, ' '), () => status(address + ':80'))
  await say('many', async () => (await Promise.all(Array.from({ length: 100 }, () => get('http://${allowed}/')))).every((one) => one.startsWith('200')), 30000)
  await Promise.all([
    say('direct', () => direct('93.184.216.34', 80)),
    say('metadata', () => direct('169.254.169.254', 80)),
    say('machine', () => direct(proxy.hostname, ${here})),
    say('direct v6', () => direct('2606:4700:4700::1111', 443)),
    say('udp', () => datagram('1.1.1.1', 53)),
    say('udp v6', () => datagram('2606:4700:4700::1111', 53)),
    say('dns', () => dns.lookup('example.com')),
    say('dns of allowed', () => dns.lookup('${allowed}')),
    say('resolver', () => { const one = new dns.Resolver({ timeout: 1000, tries: 1 }); one.setServers(['1.1.1.1']); return one.resolve4('example.com') }),
  ])
  process.exit()
})()`
    const egress = `# what it needs\n${allowed}\n${allowed}:22\n${rebound}\n${inside}`
    const step = await task.job.uses({ ...inNode, egress, run }, { env })
    expect(step.outputs.status, step.log).toBe('succeeded')
    const closed = /^no way/
    expect(said(step), step.log).toMatchObject({
      plain: '200 web GET /x',
      'host header': '200 web GET /x',
      secure: 'over tls',
      'other name': expect.not.stringContaining('over tls'),
      'named port': 'speaks first',
      unlisted: expect.stringMatching(/^403 .*add the line other\.example\.org/),
      'unlisted tunnel': 'no way (403)',
      'unlisted port': 'no way (403)',
      redirect: `302 http://${other}/`,
      redirected: expect.stringMatching(/^403/),
      'first look': '200 web GET /',
      'second look': expect.stringMatching(/^403 .*no address of the internet/),
      'private name': expect.stringMatching(/^403/),
      direct: expect.stringMatching(closed),
      metadata: expect.stringMatching(closed),
      // What a list does not hold against (SECURITY.md).
      machine: 'reached',
      'direct v6': expect.stringMatching(closed),
      udp: expect.stringMatching(closed),
      'udp v6': expect.stringMatching(closed),
      dns: expect.stringMatching(closed),
      'dns of allowed': expect.stringMatching(closed),
      resolver: expect.stringMatching(closed),
      many: 'true',
    })
    const addresses = Object.entries(said(step)).filter(([name]) => name.startsWith('address '))
    expect(addresses).toHaveLength(8)
    for (const [name, result] of addresses) expect(result, name).toBe('no way (403)')

    const { egress: recorded } = await recordOf(step)
    expect(recorded?.mode).toBe('list')
    expect(recorded?.allowed).toContainEqual(
      expect.objectContaining({ host: allowed, port: 443, count: 1, receivedBytes: expect.any(Number) }),
    )
    expect(recorded?.denied).toContainEqual({
      ...{ host: other, port: 80, count: 2, reason: 'not listed', line: other },
    })
    const [warning] = messages(step, 'warning')
    expect(warning).toContain(`${other}:443 (not listed, once)`)
    expect(warning).toContain(`To allow them, add to egress:\n${other}\n`)
    expect(await networks(`label=acode.session=${task.session}`)).toEqual([])
  })

  it('is found by the programs of images', async () => {
    const { env } = await internet()
    const { job } = await TaskJob.create()
    const egress = HOSTS.allowed
    const [busybox, python] = await Promise.all([
      job.uses({ ...base, image: imageName.base, egress, run: `wget -q -O - http://${egress}/w` }, { env }),
      job.uses(
        {
          ...{ ...base, image: 'python:3.13-slim', egress, shell: 'python' },
          run: `import urllib.request, urllib.error
print(urllib.request.urlopen('http://${egress}/p').read().decode())
try: urllib.request.urlopen('https://${HOSTS.other}/')
except urllib.error.URLError as error: print(error)`,
        },
        { env },
      ),
    ])
    expect(busybox.lines, busybox.log).toContain('web GET /w ')
    expect(python.lines, python.log).toContain('web GET /p ')
    expect(python.output).toContain('403')
  })

  it('reaches its services by name, which reach no more than it does', async () => {
    const { env } = await internet()
    const { job } = await TaskJob.create()
    const out = 'nc -w 2 1.1.1.1 53 </dev/null && echo reached || echo no way out'
    const command = `["sh", "-c", "${out}; wget -T 2 -q -O - http://93.184.216.34/ || echo none; exec nc -ll -p 8000 -e echo served"]`
    const services = `db: { image: '${imageName.base}', command: ${command}, ready: { port: 8000 } }`
    const run = `nc db 8000 </dev/null; wget -q -O - http://${HOSTS.allowed}/; echo; echo "past $NO_PROXY"`
    const step = await job.uses(
      { ...base, image: imageName.base, services, egress: HOSTS.allowed, run },
      { env },
    )
    expect(step.lines, step.log).toEqual(expect.arrayContaining(['served', 'web GET / ']))
    expect(step.output).toMatch(/^past .*,db$/m)
    const log = readFileSync(path.join(folderOf(step), 'logs/services/db.log'), 'utf8')
    expect(log).toMatch(/no way out[\s\S]*none/)
  })

  it('is refused where the engine’s networks end elsewhere', async () => {
    const { dockerHost } = await startEngine({ images: [imageName.base], networks: 'default' })
    const { job } = await TaskJob.create({ env: { DOCKER_HOST: dockerHost } })
    const step = await job.uses({ ...base, image: imageName.base, egress: 'npm', run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
    expect((await recordOf(step)).error?.message).toContain('egress: none')
    const none = await job.uses({
      ...base,
      image: imageName.base,
      egress: 'none',
      run: 'true',
      'task-id': 'none',
    })
    expect(none.outputs.status, none.log).toBe('succeeded')
  })

  it('is refused in a job container, whose networks the proxy would not be on', async () => {
    const { job } = await TaskJob.create({ container: { image: NODE, network: 'bridge' } })
    const step = await job.uses({ ...base, image: imageName.base, egress: 'npm', run: 'true' })
    expect(step.outputs['error-code'], step.log).toBe('ACODE-CTN-011')
    expect(messages(step, 'error').join('\n')).toMatch(/no job container; or egress: none/)
  })
})

describe('other egress', () => {
  it('none: not even this machine is reached', async () => {
    const { job } = await TaskJob.create()
    const run = `${IN_TASK}
;(async () => {
  // Docker 28 gives the address of the way out, when there is none, to the first container.
  const gateway = require('node:os').networkInterfaces().eth0[0].address.replace(/\\.\\d+$/, (last) => last === '.1' ? '.2' : '.1')
  await Promise.all([
    say('machine', () => direct(gateway, 1)),
    say('internet', () => direct('1.1.1.1', 53)),
    say('dns', () => dns.lookup('example.com')),
    say('variables', async () => Object.keys(process.env).filter((name) => /proxy/i.test(name)).join() || 'none'),
  ])
  process.exit()
})()`
    const step = await job.uses({ ...inNode, egress: 'none', run })
    expect(said(step), step.log).toMatchObject({
      // No answer says that nothing listens there.
      machine: expect.stringMatching(/^no way \((nothing|.*EHOSTUNREACH.*)\)/),
      internet: expect.stringMatching(/^no way/),
      dns: expect.stringMatching(/^no way/),
      variables: 'none',
    })
    expect((await recordOf(step)).egress).toMatchObject({ mode: 'none', allowed: [] })
  })

  it('audit: reaches the internet, and says which lines would do', async () => {
    const { env } = await internet()
    const { job } = await TaskJob.create()
    const run = `${IN_TASK}
;(async () => {
  await say('one', () => get('http://${HOSTS.allowed}/'))
  await say('two', () => secure('${HOSTS.other}:443', '${HOSTS.other}'))
  await say('port', async () => read(await tunnel('${HOSTS.allowed}:22')))
  await say('inside', () => get('http://${HOSTS.inside}/'))
})()`
    const step = await job.uses({ ...inNode, egress: 'audit', run }, { env })
    expect(said(step), step.log).toMatchObject({
      ...{ one: '200 web GET /', two: 'over tls', port: 'speaks first' },
      inside: expect.stringMatching(/^403/),
    })
    const needed = [HOSTS.allowed, `${HOSTS.allowed}:22`, HOSTS.other].join('\n')
    expect(messages(step, 'notice').join('\n')).toContain(needed)
    expect((await recordOf(step)).egress).toMatchObject({ mode: 'audit', denied: [{ host: HOSTS.inside }] })
  })

  it('is judged with all else, before anything starts', async () => {
    const { job } = await TaskJob.create()
    const step = await job.uses({
      ...base,
      image: imageName.base,
      egress: 'npmm\n10.0.0.1',
      timeout: 'x',
      run: 'true',
    })
    const { message = '' } = (await recordOf(step)).error ?? {}
    for (const part of [
      '3 problems',
      '"npmm" is no preset',
      '"10.0.0.1" is an address that no task reaches',
      'input timeout',
    ])
      expect(message).toContain(part)
    const services = `db: { image: '${imageName.base}' }`
    for (const others of [{ network: 'bridge' }, { network: 'job' }, { network: 'job', services }]) {
      const shared = await job.uses({ ...base, image: imageName.base, egress: 'npm', ...others, run: 'true' })
      const { error } = await recordOf(shared)
      expect(error?.code).toBe('ACODE-CTN-011')
      expect(error?.message).toMatch(/is refused on the network (bridge|job), which leads past it/)
    }
  })
})
