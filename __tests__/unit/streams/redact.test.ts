import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redaction } from '../../../src/streams/redact.ts'

/** What a redactor shows of chunks, and what it shows before the last is known to be the last. */
function redact(secrets: readonly string[], chunks: readonly (string | Buffer)[]) {
  const { push, end } = new Redaction(secrets).stream()
  const shown = Buffer.concat(chunks.map((chunk) => push(Buffer.from(chunk))))
  return { shown: shown.toString(), all: Buffer.concat([shown, end()]).toString() }
}

/** The same by marking each character of each occurrence: slow and plain. */
function marked(secrets: readonly string[], text: string): string {
  const isSecret = Array<boolean>(text.length).fill(false)
  for (const secret of secrets.filter((one) => one.trim().length >= 3))
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1))
      isSecret.fill(true, at, at + secret.length)
  return [...text]
    .map((character, at) => (isSecret[at] ? (isSecret[at - 1] ? '' : '***') : character))
    .join('')
}

const letters = fc.constantFrom('a', 'b', 'c', '*')
const secretsOf = fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 6 }), { maxLength: 3 })
const plain = fc.constantFrom('a', 'b', 'c')
const plainSecrets = fc.array(fc.string({ unit: plain, minLength: 1, maxLength: 6 }), { maxLength: 3 })
const chunksOf = fc.array(fc.string({ unit: letters, maxLength: 8 }))

describe('redactor (RUN-5)', () => {
  it('strikes every byte of every secret, however the text is cut', () => {
    fc.assert(
      fc.property(secretsOf, chunksOf, (secrets, chunks) => {
        const text = chunks.join('')
        expect(redact(secrets, chunks).all).toBe(marked(secrets, text))
        expect(redact(secrets, [text]).all).toBe(marked(secrets, text))
      }),
      { numRuns: 10_000 },
    )
  })

  it('keeps back nothing but the beginning of a secret', () => {
    fc.assert(
      fc.property(plainSecrets, fc.string({ unit: plain }), (secrets, text) => {
        const known = secrets.filter((secret) => secret.length >= 3)
        const beginnings = known.flatMap((secret) => [...secret].map((_, at) => secret.slice(0, at)))
        const longest = Math.max(
          0,
          ...beginnings.filter((one) => text.endsWith(one)).map((one) => one.length),
        )
        fc.pre(marked(secrets, text) === text)
        expect(redact(secrets, [text]).shown).toBe(text.slice(0, text.length - longest))
      }),
      { numRuns: 10_000 },
    )
  })

  it.each([
    [['hunter2'], ['x hunter2 y\n'], 'x *** y\n'],
    [['hunter2'], ['hun', 'ter', '2'], '***'],
    [['hunter2'], ['hunter', '\n'], 'hunter\n'],
    [['hunter2'], ['hunthunter2'], 'hunt***'],
    [['hunter2', 'hunter22'], ['hunter2', '2'], '***'],
    [['abcdef', 'cde'], ['abcde', 'f'], '***'],
    [['abcdef', 'cde'], ['abcde', 'x'], 'ab***x'],
    [['abcd', 'cdef'], ['abcdef'], '***'],
    [['one\ntwo'], ['one\r\n', 'two'], '***\r\n***'],
    [['-----BEGIN KEY-----\nabcdef\n'], ['abcdef'], '***'],
    [['größe'], ['die gr', 'öße'], 'die ***'],
    [['ab'], ['ab'], 'ab'],
    [['   '], ['a   b'], 'a   b'],
    [[''], ['ab'], 'ab'],
    [['***'], ['a***b'], 'a***b'],
  ])('with secrets %j: %j is %j', (secrets, chunks, text) => {
    expect(redact(secrets, chunks).all).toBe(text)
  })

  it('cuts a secret in the middle of a character without harm', () => {
    const bytes = Buffer.from('x größe y')
    const chunks = [...bytes].map((byte) => Buffer.from([byte]))
    expect(redact(['größe'], chunks).all).toBe('x *** y')
  })

  it('shows a line at once that holds no beginning of a secret', () => {
    const { push } = new Redaction(['hunter2']).stream()
    expect(push(Buffer.from('a line\n')).toString()).toBe('a line\n')
    expect(push(Buffer.from('then hun')).toString()).toBe('then ')
    expect(push(Buffer.from('dred')).toString()).toBe('hundred')
  })

  it('passes the very bytes on where there is nothing to strike', () => {
    const chunk = Buffer.from([0xff, 0x00, 0xc3])
    expect(new Redaction().stream().push(chunk)).toBe(chunk)
    expect(new Redaction(['hunter2']).stream().push(chunk)).toEqual(chunk)
  })

  it('is quick with secrets of many lines', () => {
    const key = Array.from({ length: 60 }, (_, line) => `${line}`.repeat(64).slice(0, 64)).join('\n')
    const { push } = new Redaction([key]).stream()
    const chunk = Buffer.from('0123456789'.repeat(6_500))
    const started = performance.now()
    for (let count = 0; count < 200; count++) push(chunk)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('Redaction.text', () => {
  it.each([
    ['a hunter2 b', ['hunter2'], 'a *** b'],
    ['hunter22', ['hunter2', 'hunter22'], '***'],
    ['line one', ['line one\nline two'], '***'],
    ['plain', [], 'plain'],
  ])('of %j with %j', (text, secrets, struck) => {
    expect(new Redaction(secrets).text(text)).toBe(struck)
  })
})
