import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateFilePath } from '../../../node_modules/@actions/artifact/lib/internal/upload/path-and-artifact-name-validation.js'
import { portablePath } from '../../../src/record/collect/portable-name.ts'

/** Names as file systems take them: bytes without `/` and NUL, one a character, not `.` and `..`. */
const byte = fc.oneof(
  fc.constantFrom(...'%~3A:"<>|*?\\ \r\n'),
  fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
)
const name = fc
  .oneof(
    fc
      .array(byte, { minLength: 1, maxLength: 255 })
      .map((bytes) => bytes.filter((one) => one !== '/').join('')),
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => Buffer.from(text).toString('latin1')),
  )
  .map((text) => text.replaceAll('/', '').replaceAll('\0', '').slice(0, 255))
  .filter((text) => !['', '.', '..'].includes(text))
const path = fc.array(name, { minLength: 1, maxLength: 12 }).map((names) => names.join('/'))

/** The rule of docs/record.md, read backwards; null when a digest stands for a part. */
function original(portable: string): string | null {
  if (/%~[0-9a-f]{32}(\/|$)/.test(portable)) return null
  return Buffer.from(portable)
    .toString('latin1')
    .replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

describe('portablePath (RUN-8)', () => {
  it.each([
    ['login: ok?.png', 'login%3A ok%3F.png'],
    ['größe/100%.txt', 'größe/100%.txt'],
    ['100%25', '100%2525'],
    ['caf\xe9', 'caf%E9'],
    ['two\r\nlines\\"<>|*', 'two%0D%0Alines%5C%22%3C%3E%7C%2A'],
  ])('of %j is %j', (text, portable) => {
    const bytes = text.includes('\xe9') ? text : Buffer.from(text).toString('latin1')
    expect(portablePath(bytes)).toBe(portable)
  })

  it('is taken by the artifact client, and by file systems', () => {
    fc.assert(
      fc.property(path, (one) => {
        const portable = portablePath(one)
        validateFilePath(portable)
        expect(portable).not.toContain('\\')
        expect(Buffer.from(portable).toString()).toBe(portable)
        expect(Buffer.byteLength(portable)).toBeLessThanOrEqual(1024 + 256)
        for (const part of portable.split('/')) {
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255)
          expect(['', '.', '..']).not.toContain(part)
        }
      }),
    )
  })

  it('can be read backwards where it is not shortened', () => {
    fc.assert(fc.property(path, (one) => [one, null].includes(original(portablePath(one)))))
  })

  it('is another for each path', () => {
    const related = fc
      .tuple(path, path)
      .chain(([one, other]) =>
        fc.constantFrom(
          [one, other],
          [one, portableBytes(one)],
          [one, `${one}${other}`],
          [`${one}/a`, `${other}/a`],
        ),
      )
    fc.assert(
      fc.property(related, ([one = '', other = '']) => {
        if (one !== other) expect(portablePath(one)).not.toBe(portablePath(other))
      }),
    )
  })

  it('of paths that are no longer than it may be, and made of plain names, is the path', () => {
    const plain = fc.stringMatching(/^[\w. -]{1,60}$/).filter((one) => !['.', '..'].includes(one))
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 16 }), (names) => {
        expect(portablePath(names.join('/'))).toBe(names.join('/'))
      }),
    )
  })
})

const portableBytes = (one: string): string => Buffer.from(portablePath(one)).toString('latin1')
