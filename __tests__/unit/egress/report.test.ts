import { describe, expect, it } from 'vitest'
import { refuseLeaks } from '../../../src/container/egress.ts'
import { proxyVariables } from '../../../src/egress/environment.ts'
import { readAuthority } from '../../../src/egress/hosts.ts'
import { Ledger, neededLines } from '../../../src/egress/ledger.ts'
import { listenersIn, listenersText } from '../../../src/egress/listeners.ts'
import { upstreamFor } from '../../../src/egress/upstream.ts'
import { egressPart } from '../../../src/record/summary/egress-summary.ts'
import { egressOf } from '../../../src/report/summary.ts'
import { egressLine } from '../../../src/run/beside/limit-egress.ts'
import { deniedText } from '../../../src/run/beside/report-egress.ts'
import { failureOf } from '../../support/failures.ts'

const target = (text: string) => {
  const read = readAuthority(text)
  if (read === null) throw new Error(`${text} is no target`)
  return read
}

const filled = () => {
  const ledger = new Ledger()
  ledger.allow(target('b.example:443')).received(2048)
  ledger.allow(target('b.example:443')).sent(3)
  ledger.allow(target('a.example:8443'))
  ledger.deny(target('x.example:443'), 'not listed')
  ledger.deny(target('x.example:443'), 'not listed')
  ledger.deny(target('[2606:4700::1]:22'), 'not listed')
  ledger.deny(target('10.0.0.1:80'), 'no public address')
  return ledger.report()
}

describe('what is said of egress (BES-2)', () => {
  it('is counted by host and port', () => {
    expect(filled().allowed).toEqual([
      { host: 'b.example', port: 443, count: 2, sentBytes: 3, receivedBytes: 2048 },
      { host: 'a.example', port: 8443, count: 1, sentBytes: 0, receivedBytes: 0 },
    ])
    expect(neededLines(filled())).toEqual(['a.example:8443', 'b.example'])
  })

  it('is a warning with the lines to add', () => {
    expect(deniedText(filled())).toBe(`The task was kept from hosts by its egress:
x.example:443 (not listed, 2 times)
[2606:4700::1]:22 (not listed, once)
10.0.0.1:80 (no public address, once)
To allow them, add to egress:
x.example
[2606:4700::1]:22`)
    expect(deniedText({ ...filled(), denied: [] })).toBeNull()
  })

  it('is in the summary, and in the report', () => {
    const egress = { mode: 'audit', ...filled() } as const
    const text = egressPart({ egress })
    expect(text).toContain('| x.example:443 | not listed | 2 | x.example |')
    expect(text).toContain('a.example:8443\nb.example\n')
    expect(text).toContain('| b.example:443 | 2 | 3 B | 2.0 KiB |')
    expect(egressPart({})).toBe('')
  })

  it('is nothing when there is no record', () => {
    expect(egressOf([])).toEqual([])
  })

  it('names what listens on this machine', () => {
    const tcp = `  sl  local_address rem_address   st
   0: 0100007F:0CEA 00000000:0000 0A 0
   1: 00000000:0016 00000000:0000 0A 0
   2: 0A00000A:0050 00000000:0000 0A 0
   3: 0A00000A:0051 0B00000A:1234 01 0`
    const tcp6 = `  sl
   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0
   1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0`
    const udp = `  sl
   0: 00000000:0035 00000000:0000 07 0
   1: 00000000:C000 00000000:0000 07 0`
    const all = [...listenersIn(tcp, 'tcp'), ...listenersIn(tcp6, 'tcp'), ...listenersIn(udp, 'udp')]
    expect(listenersText(all)).toBe('tcp 22, 80; udp 53')
    expect(egressLine(['npm'], all)).toBe(
      'Egress: npm; what listens on this machine is reached too: tcp 22, 80; udp 53',
    )
    expect(egressLine('audit', [])).toBe('Egress: audit')
  })
})

describe('proxyVariables', () => {
  it('are in both cases, and name what is reached without', () => {
    const variables = proxyVariables({ host: '172.18.0.1', port: 4000, direct: ['db'] })
    expect(variables).toMatchObject({
      HTTPS_PROXY: 'http://172.18.0.1:4000',
      http_proxy: 'http://172.18.0.1:4000',
      no_proxy: 'localhost,127.0.0.1,::1,db',
    })
    expect(variables.JAVA_TOOL_OPTIONS).toContain('-Dhttps.proxyPort=4000')
    expect(variables.JAVA_TOOL_OPTIONS).toContain('|db ')
  })
})

describe('upstreamFor', () => {
  const by = (variables: Record<string, string>, authority: string, isTunnel = true) =>
    upstreamFor(variables, target(authority), isTunnel)?.url.href

  it.each([
    [{ HTTPS_PROXY: 'http://p:1' }, 'a.example:443', 'http://p:1/'],
    [{ https_proxy: 'p:1' }, 'a.example:443', 'http://p:1/'],
    [{ ALL_PROXY: 'http://p:1' }, 'a.example:443', 'http://p:1/'],
    [{ HTTP_PROXY: 'http://p:1' }, 'a.example:443', undefined],
    [{ HTTPS_PROXY: 'socks5://p:1' }, 'a.example:443', undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'x, .example' }, 'a.example:443', undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com' }, 'notexample.com:443', 'http://p:1/'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, 'a.example:443', undefined],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a.example:80' }, 'a.example:443', 'http://p:1/'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: '1.0.0.0/8' }, '1.2.3.4:443', undefined],
  ])('%j for %s: %s', (variables, authority, expected) => {
    expect(by(variables as Record<string, string>, authority)).toBe(expected)
  })
})

describe('refuseLeaks', () => {
  it.each([
    [{ egress: ['npm'], network: 'bridge', profile: 'strict' }, 'ACODE-CTN-011'],
    [{ egress: 'none', network: 'job', profile: 'strict' }, 'ACODE-CTN-011'],
    [{ egress: 'audit', network: 'task', profile: 'privileged' }, 'ACODE-CTN-011'],
    [{ egress: 'audit', network: 'none', profile: 'strict' }, 'ACODE-CTN-006'],
  ] as const)('%j: %s', async (spec, code) => {
    expect((await failureOf(() => refuseLeaks({ services: {}, ...spec }))).code).toBe(code)
  })

  it.each([
    { egress: 'open', network: 'host', profile: 'privileged' },
    { egress: 'none', network: 'none', profile: 'strict' },
    { egress: ['npm'], network: 'task', profile: 'standard' },
  ] as const)('lets %j through', (spec) => {
    expect(() => refuseLeaks({ services: {}, ...spec })).not.toThrow()
  })
})
