import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redaction } from '../../../src/streams/redact.ts'
import { base64Forms, maskedForms, secretForms } from '../../../src/streams/secret-forms.ts'

const SECRET = `p@ss'w"rd\\with <all> & $signs*[x]/ü+`
const redaction = new Redaction([SECRET])
const codes = (pattern: RegExp, write: (code: number) => string) => (text: string) =>
  text.replace(pattern, (character) => write(character.charCodeAt(0)))

describe('a secret is struck out (C.3)', () => {
  it.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['in JSON', (text) => JSON.stringify(text)],
    ['in JSON of Go', (text) => codes(/[<>&]/g, (code) => `\\u00${code.toString(16)}`)(JSON.stringify(text))],
    ['in JSON of ASCII', (text) => codes(/ü/g, (code) => `\\u00${code.toString(16)}`)(JSON.stringify(text))],
    ['in JSON of PHP', (text) => JSON.stringify(text).replaceAll('/', '\\/')],
    ['in a URI', encodeURIComponent],
    ['in a URI of .NET', (text) => encodeURIComponent(text).replaceAll("'", '%27').replaceAll('*', '%2A')],
    ['in a form', (text) => new URLSearchParams({ text }).toString()],
    [
      'in XML',
      (text) =>
        text
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;')
          .replaceAll("'", '&apos;'),
    ],
    ['in HTML with numbers', codes(/[&<>"']/g, (code) => `&#${code};`)],
    ['in an expression', (text) => `'${text.replaceAll("'", "''")}'`],
    ['quoted for a shell', (text) => `'${text.replaceAll("'", "'\\''")}'`],
    ['escaped for a shell', codes(/[\s'"\\<>&$*[\]]/g, (code) => `\\${String.fromCharCode(code)}`)],
    ['in double quotes', (text) => `"${text.replace(/["$\\`]/g, '\\$&')}"`],
    ['on a command line of Windows', (text) => text.replaceAll('"', '\\"')],
    [
      'in Markdown',
      (text) =>
        text
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replace(/[\\|`*[\]]/g, '\\$&'),
    ],
  ])('%s', (_, write) => {
    const shown = redaction.text(`before ${write(SECRET)} after`)
    expect(shown).toMatch(/^before .{0,8}\*\*\*.{0,2} after$/)
  })

  it('in Base64, whatever is before and behind it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 })
    const secret = fc
      .string({ unit: 'binary', minLength: 5, maxLength: 40 })
      .filter((one) => one.trim().length >= 5)
    fc.assert(
      fc.property(text, secret, text, (before, value, after) => {
        const encoded = Buffer.from(before + value + after).toString('base64')
        const shown = new Redaction([value]).text(encoded)
        // At most the piece of a character remains at either end, of which the neighbour has a part.
        const start = Math.floor((Buffer.byteLength(before) * 8) / 6)
        const length = Math.floor((Buffer.byteLength(value) * 8) / 6)
        // Text that has the secret by itself, or nearly, is struck out as well.
        fc.pre(secretForms(value).every((form) => !encoded.slice(0, start + form.length - 1).includes(form)))
        expect(shown).toContain('***')
        expect(shown.length).toBeLessThanOrEqual(encoded.length - length + 2 + 3)
        expect(shown.startsWith(encoded.slice(0, start))).toBe(true)
      }),
    )
  })

  it('in Base64 for URLs, and in the lines of the base64 command', () => {
    const key = Array.from({ length: 12 }, (_, index) => `line ${index} of a key ???>>>`).join('\n')
    const encoded = Buffer.from(key).toString('base64')
    const known = new Redaction([key])
    expect(known.text(Buffer.from(key).toString('base64url')).replace(/\*/g, '')).toBe('')
    for (const line of encoded.match(/.{1,76}/g) ?? []) expect(known.text(line).replace(/\*/g, '')).toBe('')
  })

  it('of several lines: each of them, in each form', () => {
    const known = new Redaction([`first "line" here\r\n  second 'line' there\n`])
    for (const line of ['first "line" here', "second 'line' there"])
      for (const form of [
        line,
        JSON.stringify(line),
        Buffer.from(line).toString('base64'),
        encodeURIComponent(line),
      ])
        expect(known.text(form)).toMatch(/^"?\*\*\*"?$/)
  })

  it('and nothing else: blank and very short values and lines are left', () => {
    const text = 'a {} YWI= \n {\n'
    expect(new Redaction(['', '  ', 'ab', '{\n}\n']).text(text)).toBe(text)
    expect(base64Forms('ab')).toEqual(['YWI=', 'YWI'])
    expect(maskedForms('{\n  "key": 1\n}')).toEqual(['"key": 1', ...new Set(base64Forms('{\n  "key": 1\n}'))])
    expect(maskedForms('  ')).toEqual([])
    expect(maskedForms(' hunter2 ')).toEqual(['hunter2'])
  })
})
