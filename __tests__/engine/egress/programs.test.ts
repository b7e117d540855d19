import type { RequestListener } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { certificateOf } from '../../support/egress/certificate.ts'
import { gitSite } from '../../support/egress/git-site.ts'
import { said } from '../../support/egress/in-task.ts'
import { echo, HOSTS, internet } from '../../support/egress/internet.ts'
import { RAW_SOCKETS } from '../../support/egress/raw-sockets.ts'
import { recordOf } from '../../support/record.ts'
import { makeServers, serverImage } from '../../support/servers.ts'
import { TaskJob } from '../../support/task-job.ts'

beforeAll(makeServers, 300_000)

const { allowed, other, inside } = HOSTS
const CA = '/ca.pem'
const base = {
  ...{ image: serverImage.all, workspace: 'none', upload: 'never', timeout: '60s', egress: allowed },
  env: `CURL_CA_BUNDLE=${CA}\nGIT_SSL_CAINFO=${CA}\nGIT_TERMINAL_PROMPT=0`,
}
/** An address of the internet that leads nowhere in the tests. */
const ADDRESS = '93.184.216.34'
const ADDRESS_6 = '[2606:4700:4700::1111]'

/** Runs commands, and says of each, by its name, its exit code and the last line that it printed. */
const script = (commands: Readonly<Record<string, string>>): string =>
  Object.entries(commands)
    .map(
      ([name, command]) =>
        `code=0; out=$(${command} 2>&1) || code=$?; echo "${name}: $code $(echo "$out" | tail -n 1)"`,
    )
    .join('\n')

/** Says of `/host` which host was asked for. */
const hostOrEcho: RequestListener = (asked, answer) =>
  asked.url === '/host' ? answer.end(asked.headers.host) : echo(asked, answer)

describe('curl in a task with a list of egress (BES-2)', () => {
  it('reaches what is in it, and nothing else by any of its options', async () => {
    const certificate = certificateOf([allowed, other])
    const { env } = await internet({ answer: hostOrEcho, certificate })
    const { job } = await TaskJob.create()
    const curl = 'curl -sS --connect-timeout 2'
    const run = script({
      plain: `${curl} http://${allowed}/x`,
      secure: `${curl} https://${allowed}/x`,
      post: `${curl} -d sent http://${allowed}/`,
      unlisted: `${curl} http://${other}/`,
      'unlisted secure': `${curl} https://${other}/`,
      redirect: `${curl} -L http://${allowed}/to/${other}`,
      'private redirect': `${curl} -L http://${allowed}/to/169.254.169.254`,
      'no proxy': `${curl} --noproxy '*' http://${allowed}/`,
      'no proxy by address': `${curl} --noproxy '*' http://${ADDRESS}/`,
      'no proxy by resolve': `${curl} --noproxy '*' --resolve ${allowed}:443:${ADDRESS} https://${allowed}/`,
      'no proxy by v6': `${curl} --noproxy '*' -g 'http://${ADDRESS_6}/'`,
      resolve: `${curl} --resolve ${other}:443:${ADDRESS} https://${other}/`,
      'connect to another': `${curl} --connect-to ${allowed}:443:${other}:443 https://${allowed}/`,
      'name of another': `${curl} --connect-to ${other}:443:${allowed}:443 https://${other}/`,
      'host of another': `${curl} -H 'Host: ${other}' http://${allowed}/host`,
      'host of another inside of TLS': `${curl} -H 'Host: ${other}' https://${allowed}/host`,
      v6: `${curl} -g 'http://${ADDRESS_6}/'`,
      'v6 secure': `${curl} -g 'https://${ADDRESS_6}/'`,
      'v6 of v4': `${curl} -g 'http://[::ffff:a9fe:a9fe]/'`,
      'private name': `${curl} http://${inside}/`,
      socks: `${curl} -x socks5h://1.1.1.1:1080 http://${allowed}/`,
      ftp: `${curl} --noproxy '*' ftp://${ADDRESS}/`,
    })
    const mounts = `${certificate.file}:${CA}:ro`
    const step = await job.uses({ ...base, egress: `${allowed}\n${inside}`, mounts, run }, { env })
    expect(step.outputs.status, step.log).toBe('succeeded')
    const REFUSED = expect.stringMatching(/^0 .*(is not in it|is no address of the internet)/)
    const NO_TUNNEL = expect.stringMatching(/^(56|22|97) .*403/)
    const NO_NAME = expect.stringMatching(/^6 /)
    const NO_WAY = expect.stringMatching(/^(7|28) /)
    expect(said(step), step.log).toMatchObject({
      ...{ plain: '0 web GET /x ', secure: '0 web GET /x ', post: '0 web POST / sent' },
      ...{ unlisted: REFUSED, 'unlisted secure': NO_TUNNEL, redirect: REFUSED, 'private redirect': REFUSED },
      ...{ 'no proxy': NO_NAME, 'no proxy by address': NO_WAY, 'no proxy by resolve': NO_WAY },
      ...{ 'no proxy by v6': NO_WAY, resolve: NO_TUNNEL, 'connect to another': NO_TUNNEL },
      'name of another': expect.stringMatching(/^35 /),
      'host of another': `0 ${allowed}`,
      // What the list does not hold against (SECURITY.md).
      'host of another inside of TLS': `0 ${other}`,
      ...{ v6: REFUSED, 'v6 secure': NO_TUNNEL, 'v6 of v4': REFUSED, 'private name': REFUSED },
      ...{ socks: NO_WAY, ftp: NO_WAY },
    })
  })

  it('gets an answer piece by piece, as its server sends it', async () => {
    const certificate = certificateOf([allowed])
    const { promise: seen, resolve: go } = Promise.withResolvers<void>()
    const { env } = await internet({
      certificate,
      answer: async ({ url }, answer) => {
        answer.write(`first of ${url}\n`)
        await seen
        answer.end(`last of ${url}\n`)
      },
    })
    const { job } = await TaskJob.create()
    const run = `curl -sSN http://${allowed}/plain & curl -sSN https://${allowed}/tunnel & wait`
    const running = job.start({ ...base, mounts: `${certificate.file}:${CA}:ro`, run }, { env })
    // What is held back anywhere on the way is not seen, and nothing goes on.
    await running.sees(/^first of \/plain$/m)
    await running.sees(/^first of \/tunnel$/m)
    go()
    const step = await running.result
    expect(step.lines, step.log).toEqual(expect.arrayContaining(['last of /plain', 'last of /tunnel']))
  })
})

describe('git in a task with a list of egress (BES-2)', () => {
  it('clones over http and https from a host of it, and from no other', async () => {
    const certificate = certificateOf([allowed, other])
    const site = gitSite('file', 'cloned\n')
    const { env } = await internet({
      certificate,
      answer: (asked, answer) => {
        const [, path] = /^\/moved(\/.*)$/.exec(asked.url ?? '') ?? []
        if (path === undefined) return site(asked, answer)
        return answer.writeHead(301, { location: `https://${other}${path}` }).end()
      },
    })
    const { job } = await TaskJob.create()
    const clone = 'git clone --quiet'
    const run = `cd /tmp\n${script({
      plain: `${clone} http://${allowed}/site.git plain && cat plain/file`,
      secure: `${clone} https://${allowed}/site.git secure && cat secure/file`,
      unlisted: `${clone} https://${other}/site.git unlisted`,
      moved: `${clone} https://${allowed}/moved/site.git moved`,
      direct: `${clone} -c http.proxy= https://${allowed}/site.git direct`,
      'own protocol': `timeout 2 git clone git://${ADDRESS}/site.git own`,
    })}`
    const step = await job.uses({ ...base, mounts: `${certificate.file}:${CA}:ro`, run }, { env })
    expect(step.outputs.status, step.log).toBe('succeeded')
    expect(said(step), step.log).toMatchObject({
      ...{ plain: '0 cloned', secure: '0 cloned' },
      unlisted: expect.stringMatching(/^128 .*403/),
      moved: expect.stringMatching(/^128 .*403/),
      direct: expect.stringMatching(/^128 .*Could not resolve host/),
      'own protocol': expect.stringMatching(/^(128|143) /),
    })
    const { egress } = await recordOf(step)
    expect(egress?.allowed.map(({ host, port }) => `${host}:${port}`)).toEqual([
      `${allowed}:80`,
      `${allowed}:443`,
    ])
    expect(egress?.denied).toEqual([{ host: other, port: 443, count: 2, reason: 'not listed', line: other }])
  })
})

describe('raw sockets in a task with a list of egress (BES-2)', () => {
  it('lead nowhere in profile standard, which has them, and are none in strict', async () => {
    const { env } = await internet()
    const { job } = await TaskJob.create()
    const inputs = { ...base, image: 'python:3.13-slim', env: '', shell: 'python', run: RAW_SOCKETS }
    const [standard, strict] = await Promise.all([
      job.uses({ ...inputs, profile: 'standard', user: 'root' }, { env }),
      job.uses({ ...inputs, 'task-id': 'strict' }, { env }),
    ])
    const LOST = expect.stringMatching(/^no way \((timed out|.*unreachable)\)/)
    expect(said(standard), standard.log).toMatchObject({ icmp: LOST, 'raw datagram': LOST, frame: LOST })
    const NOT_ALLOWED = expect.stringMatching(/^no way \(.*not permitted\)/)
    expect(said(strict), strict.log).toMatchObject({
      ...{ icmp: NOT_ALLOWED, 'raw datagram': NOT_ALLOWED, frame: NOT_ALLOWED },
    })
  })
})
