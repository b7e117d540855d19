import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressFault } from '../../../src/egress/addresses.ts'
import { hostText, readAuthority, readHost, readUrl } from '../../../src/egress/hosts.ts'
import { denialOf, readEgress, tunnelDenial } from '../../../src/egress/policy.ts'
import { PRESETS } from '../../../src/egress/presets.ts'
import { isAllowed, lineFaults, lineFor, linesBeyond, readLine, rulesOf } from '../../../src/egress/rules.ts'

const target = (text: string) => {
  const read = readAuthority(text)
  if (read === null) throw new Error(`${text} is no target`)
  return read
}
const NONE: ReadonlySet<string> = new Set()

describe('readHost', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '0x7F.0.0.0x1',
  ])('takes %s for the address that programs do', (text) => {
    expect(readHost(text)).toEqual({ kind: 'address', address: '127.0.0.1' })
  })

  it.each([
    ['EXAMPLE.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('reads %s as %s', (text, name) => {
    expect(readHost(text)).toEqual({ kind: 'name', name })
  })

  it('reads addresses of IPv6 in one form', () => {
    expect(readHost('[0:0:0:0:0:FFFF:127.0.0.1]')).toEqual({ kind: 'address', address: '::ffff:7f00:1' })
  })

  it.each([
    '',
    '.',
    'a..b',
    'example.com..',
    '-a.example',
    'user@example.com',
    'example.com/x',
    'example.com:80',
    '%65xample.com',
    'ｅxample.com',
    'bücher.example',
    'ex ample.com',
    'example.com\0.evil.example',
    'example.com\r\nHost: evil.example',
    '1.2.3.256',
    '1.2.3.4.5',
    '0x100000000',
    '[::1',
    '::1',
    '[fe80::1%25eth0]',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
  ])('reads nothing in %j', (text) => {
    expect(readHost(text)).toBeNull()
  })

  it('gives of any text nothing, an address, or a name that stays what it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.webAuthority(), fc.ipV4Extended()), (text) => {
        const host = readHost(text)
        if (host?.kind === 'name') {
          expect(host.name).toMatch(/^[a-z0-9_.-]+$/)
          expect(readHost(host.name)).toEqual(host)
        }
        if (host?.kind === 'address') expect(addressFault(host.address)).not.toBe('no address')
      }),
    )
  })
})

describe('what a proxy is asked for', () => {
  it.each([
    ['http://example.com/a?b', 'example.com', 80, '/a?b'],
    ['HTTP://Example.com:8080', 'example.com', 8080, '/'],
    ['http://example.com?q', 'example.com', 80, '/?q'],
    ['http://example.com/a#b', 'example.com', 80, '/a'],
  ])('%s', (url, name, port, path) => {
    expect(readUrl(url)).toEqual({ host: { kind: 'name', name }, port, path })
  })

  it.each([
    'https://example.com/',
    'ftp://example.com/',
    '/path',
    '*',
    'http://user@example.com/',
    'http://allowed.example@evil.example/',
    'http://example.com:0/',
    'http://example.com:99999/',
    'http:///x',
    'http://example.com\\@evil.example/',
  ])('refuses %s', (url) => {
    expect(readUrl(url)).toBeNull()
  })

  it.each([
    'example.com',
    'example.com:',
    'example.com:0',
    'example.com:65536',
    'example.com:443:443',
    ':443',
  ])('refuses a tunnel to %j', (text) => {
    expect(readAuthority(text)).toBeNull()
  })
})

describe('lines of egress (BES-2)', () => {
  it('name hosts, what is below them, ports, addresses and presets', () => {
    const rules = rulesOf(['api.example.com', '*.example.org', 'db.example.net:5432', '1.1.1.1', 'npm'])
    for (const open of [
      'api.example.com:443',
      'API.example.com.:80',
      'a.example.org:443',
      'a.b.example.org:80',
      'db.example.net:5432',
      '1.1.1.1:443',
      'registry.npmjs.org:443',
    ])
      expect(isAllowed(rules, target(open)), open).toBe(true)
    for (const closed of [
      'api.example.com:22',
      'x.api.example.com:443',
      'example.org:443',
      'badexample.org:443',
      'a.example.org.evil.example:443',
      'db.example.net:443',
      '1.1.1.2:443',
      'registry.npmjs.org:8443',
    ])
      expect(isAllowed(rules, target(closed)), closed).toBe(false)
  })

  it.each([
    ['https://example.com/x', /name its host alone/],
    ['example.com/x', /path or range/],
    ['10.0.0.0/8', /path or range/],
    ['10.0.0.1', /no task reaches \(private\)/],
    ['0x7f.1', /no task reaches \(loopback\)/],
    ['npmm', /is no preset \(npm, /],
    ['*', /no host/],
    ['*.com', /covers too much/],
    ['*.*.example.com', /no pattern/],
    ['a.*.example.com', /is no host/],
    ['example.com:0', /port/],
    ['example.com:70000', /port/],
    ['bücher.example', /is no host/],
  ])('%s is none', (line, message) => {
    expect(readLine(line)).toMatch(message)
  })

  it('are read with all that is wrong with them', () => {
    expect(readEgress('# hosts\n\nnpm\nnpmm\n*.com').faults).toHaveLength(2)
    expect(readEgress(' audit ')).toEqual({ value: 'audit', faults: [] })
    expect(readEgress(['none', 'npm']).faults[0]?.message).toContain('stands alone')
    expect(readEgress('\n# nothing').faults[0]?.message).toContain('write none')
    expect(readEgress([]).faults).toHaveLength(1)
  })

  it('that presets stand for are right', () => {
    for (const lines of Object.values(PRESETS)) expect(lineFaults(lines)).toEqual([])
  })

  it('allow what the line for a target says', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        const wanted = target(`${name}:${port}`)
        expect(isAllowed(rulesOf([lineFor(wanted)]), wanted)).toBe(true)
      }),
    )
  })

  it('allow nothing else: what one host allows is its own', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase())
        expect(isAllowed(rulesOf([one]), target(`${other}:443`))).toBe(false)
        const isBelow = other.toLowerCase().endsWith(`.${one.toLowerCase()}`)
        expect(isAllowed(rulesOf([`*.${one}`]), target(`${other}:443`))).toBe(isBelow)
      }),
    )
  })

  it.each([
    [['npm'], ['npm', 'pypi'], []],
    [['registry.npmjs.org'], ['npm'], []],
    [['a.example.com', '*.b.example.com'], ['*.example.com'], []],
    [['*.example.com'], ['a.example.com'], ['*.example.com']],
    [['a.example.com:443'], ['a.example.com'], []],
    [['a.example.com'], ['a.example.com:443'], ['a.example.com']],
    [['a.example.com'], ['a.example.com:443', 'a.example.com:80'], []],
    [['a.example.com:8443'], ['a.example.com'], ['a.example.com:8443']],
    [['notexample.com'], ['*.example.com'], ['notexample.com']],
  ])('%j within %j: %j is beyond', (lines, bounds, beyond) => {
    expect(linesBeyond(lines, bounds)).toEqual(beyond)
  })
})

describe('denialOf', () => {
  const list = { mode: 'list', rules: rulesOf(['api.example.com']) } as const

  it.each([
    ['api.example.com:443', null],
    ['api.example.com:22', 'port not listed'],
    ['evil.example:443', 'not listed'],
    ['169.254.169.254:80', 'no public address'],
    ['0xa9fea9fe:80', 'no public address'],
    ['[::ffff:169.254.169.254]:80', 'no public address'],
    ['1.1.1.1:443', 'not listed'],
  ])('%s: %s', (text, expected) => {
    expect(denialOf(list, target(text), NONE)).toBe(expected)
  })

  it('lets an audit go anywhere but to private addresses', () => {
    expect(denialOf({ mode: 'audit' }, target('evil.example:22'), NONE)).toBeNull()
    expect(denialOf({ mode: 'audit' }, target('10.0.0.1:80'), NONE)).toBe('no public address')
    expect(denialOf({ mode: 'audit' }, target('1.1.1.1:80'), new Set(['1.1.1.1']))).toBe('no public address')
  })

  it.each([
    ['api.example.com:443', 'api.example.com', null],
    ['api.example.com:443', 'API.Example.com.', null],
    ['api.example.com:443', 'evil.example', 'not its own TLS name'],
    ['api.example.com:443', null, 'not its own TLS name'],
    ['api.example.com:443', '', 'not its own TLS name'],
    ['api.example.com:443', undefined, 'no TLS'],
    ['api.example.com:80', undefined, 'no TLS'],
    ['api.example.com:22', undefined, null],
    ['api.example.com:8443', 'evil.example', 'not its own TLS name'],
    ['1.1.1.1:443', null, null],
    ['1.1.1.1:443', 'evil.example', 'not its own TLS name'],
  ])('of a tunnel to %s that names %j: %s', (text, name, expected) => {
    expect(tunnelDenial(list, target(text), name)).toBe(expected)
    expect(tunnelDenial({ mode: 'audit' }, target(text), name)).toBeNull()
  })

  it('knows no host by what was asked for in another form', () => {
    fc.assert(
      fc.property(fc.ipV4Extended(), (text) => {
        const host = readHost(text)
        if (host !== null) expect(isAllowed(list.rules, { host, port: 443 }), hostText(host)).toBe(false)
      }),
    )
  })
})
