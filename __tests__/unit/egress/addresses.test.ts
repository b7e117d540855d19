import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressFault, isInNetwork } from '../../../src/egress/addresses.ts'

describe('addressFault (BES-2)', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '169.254.170.2',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '198.19.0.1',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    '',
    '1.2.3',
    '0x7f.1',
    '2130706433',
    'localhost',
  ])('closes %s', (address) => {
    expect(addressFault(address)).not.toBeNull()
  })

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '168.63.129.15',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '223.255.255.255',
    '::ffff:1.1.1.1',
    '64:ff9b::101:101',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
  ])('opens %s', (address) => {
    expect(addressFault(address)).toBeNull()
  })

  it('closes what this machine has', () => {
    const own = new Set(['1.1.1.1', '2606:4700::1'])
    expect(addressFault('1.1.1.1', own)).toBe('this machine')
    expect(addressFault('::ffff:1.1.1.1', own)).toBe('this machine')
    expect(addressFault('2606:4700::1', own)).toBe('this machine')
  })

  it('says the same of an address of IPv4 in each form of IPv6 that means it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
        const isClosed = addressFault(address) !== null
        for (const form of [`::ffff:${address}`, `::ffff:${hex}`, `0:0:0:0:0:FFFF:${hex}`, `64:ff9b::${hex}`])
          expect(addressFault(form) !== null, form).toBe(isClosed)
      }),
    )
  })

  it('opens of IPv6 nothing outside 2000::/3 but what means an address of IPv4', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (addressFault(address) !== null) return
        const first = new URL(`http://[${address}]/`).hostname
        expect(first).toMatch(/^\[([23][0-9a-f]{3}|64:ff9b:|::ffff:)/)
      }),
    )
  })

  it('reads any text without an error', () => {
    fc.assert(fc.property(fc.string(), (text) => void addressFault(text)))
  })
})

describe('isInNetwork', () => {
  it.each([
    ['172.18.0.2', '172.18.0.0/16', true],
    ['::ffff:172.18.0.2', '172.18.0.0/16', true],
    ['172.19.0.2', '172.18.0.0/16', false],
    ['10.0.0.17', '10.0.0.16/28', true],
    ['10.0.0.32', '10.0.0.16/28', false],
    ['10.0.0.1', '10.0.0.1', false],
    ['', '172.18.0.0/16', false],
    ['::1', '172.18.0.0/16', false],
  ])('%s in %s: %s', (address, network, expected) => {
    expect(isInNetwork(address, network)).toBe(expected)
  })
})
