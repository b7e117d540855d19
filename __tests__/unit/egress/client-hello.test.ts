import { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBeginning } from '../../../src/egress/client-hello.ts'

/** What Node's own TLS begins with. */
function helloOf(servername: string | undefined): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk)
        done()
      },
    })
    connect({ socket, ...(servername !== undefined && { servername }) }).on('error', () => undefined)
  })
}

/** The same hello in records of so many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const payload = hello.subarray(5)
  const count = Math.ceil(payload.length / size)
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const part = payload.subarray(index * size, (index + 1) * size)
      return Buffer.concat([Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part])
    }),
  )
}

describe('readBeginning (BES-2)', () => {
  it('reads the server’s name', async () => {
    expect(readBeginning(await helloOf('api.example.com'))).toEqual({
      kind: 'tls',
      serverName: 'api.example.com',
    })
    expect(readBeginning(await helloOf(undefined))).toEqual({ kind: 'tls', serverName: null })
  })

  it('waits for the rest of a hello, whatever it is divided into', async () => {
    const hello = await helloOf('api.example.com')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: hello.length - 6 }), fc.nat(hello.length - 1), (size, cut) => {
        const divided = inRecords(hello, size)
        expect(readBeginning(divided)).toEqual({ kind: 'tls', serverName: 'api.example.com' })
        expect(readBeginning(divided.subarray(0, Math.min(cut, divided.length - 1)))).toEqual({
          kind: 'more',
        })
      }),
    )
  })

  it('lets nothing come before the name that was not there', async () => {
    const hello = await helloOf('api.example.com')
    const early = Buffer.concat([hello, Buffer.from([20, 3, 3, 0, 1, 1])])
    expect(readBeginning(early)).toMatchObject({ serverName: 'api.example.com' })
    const alert = Buffer.concat([inRecords(hello, 50).subarray(0, 55), Buffer.from([21, 3, 3, 0, 2, 1, 0])])
    expect(readBeginning(alert)).toEqual({ kind: 'broken' })
  })

  it.each(['GET / HTTP/1.1\r\n', 'SSH-2.0-x', '\x16\x05'])('knows %j for no TLS', (text) => {
    expect(readBeginning(Buffer.from(text, 'latin1'))).toEqual({ kind: 'other' })
  })

  it('reads two names as none', async () => {
    const one = await helloOf('a.example')
    const at = one.indexOf('a.example') - 9
    const extension = one.subarray(at, at + 18)
    const two = Buffer.concat([one.subarray(0, at), extension, one.subarray(at)])
    // Record, handshake and extensions are longer by as much.
    two.writeUInt16BE(two.readUInt16BE(3) + 18, 3)
    two.writeUIntBE(two.readUIntBE(6, 3) + 18, 6, 3)
    const extensionsAt = lengthAt(two)
    two.writeUInt16BE(two.readUInt16BE(extensionsAt) + 18, extensionsAt)
    expect(readBeginning(two)).toEqual({ kind: 'broken' })
  })

  it('reads any bytes without an error, and no other name out of a hello that was changed', async () => {
    const hello = await helloOf('api.example.com')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readBeginning(Buffer.from(bytes))),
    )
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(hello)
        changed[at] = byte
        readBeginning(changed)
      }),
    )
  })
})

/** Where the length of the extensions is. */
function lengthAt(hello: Buffer): number {
  let at = 5 + 4 + 2 + 32
  at += 1 + (hello[at] ?? 0)
  at += 2 + hello.readUInt16BE(at)
  return at + 1 + (hello[at] ?? 0)
}
