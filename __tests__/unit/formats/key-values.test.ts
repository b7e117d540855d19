import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyValueError, type KeyValueOptions, parseKeyValues } from '../../../src/formats/key-values.ts'

const entries = (text: string, options?: KeyValueOptions) => [...parseKeyValues(text, options)]

/** As GitHub documents it for values of several lines, with an end line that the value does not hold. */
function written(values: ReadonlyMap<string, string>, newline: string): string {
  return [...values]
    .map(([key, value]) => {
      if (!value.includes('\n')) return `${key}=${value}`
      let end = 'END'
      while (value.split('\n').includes(end)) end += '_'
      return `${key}<<${end}${newline}${value.replaceAll('\n', newline)}${newline}${end}`
    })
    .join(newline)
}

describe('parseKeyValues', () => {
  it('reads back whatever is written in the format of the file commands', () => {
    const key = fc.stringMatching(/^[A-Za-z_][\w.-]{0,10}$/)
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('\n', '=', '<', 'END', ' ', 'x', '#', '"', '日') }),
    )
    const values = fc.dictionary(
      key,
      value.map((text) => text.replaceAll('\r', '')),
    )
    fc.assert(
      fc.property(values, fc.constantFrom('\n', '\r\n'), (object, newline) => {
        const map = new Map(Object.entries(object))
        expect(entries(written(map, newline))).toEqual([...map])
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    [
      'A=1\nB=2',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['A=', [['A', '']]],
    ['A=b=c', [['A', 'b=c']]],
    ['A=x<<y', [['A', 'x<<y']]],
    ['A= spaces stay ', [['A', ' spaces stay ']]],
    ['  A =1', [['A', '1']]],
    ['\n\n A=1 \n\n', [['A', '1 ']]],
    ['A=1\nA=2', [['A', '2']]],
    [
      'A<<END\none\n\ntwo=2\nEND\nB=1',
      [
        ['A', 'one\n\ntwo=2'],
        ['B', '1'],
      ],
    ],
    ['A<<END\nEND', [['A', '']]],
    ['A<<END\r\none\r\nEND\r\n', [['A', 'one']]],
    ['__proto__=x', [['__proto__', 'x']]],
    ['', []],
  ])('of %j', (text, values) => {
    expect(entries(text)).toEqual(values)
  })

  it.each([
    ['A=1\nhunter2', 2],
    ['=hunter2', 1],
    ['  =hunter2', 1],
    ['   <<hunter2\nhunter2', 1],
    ['A<<hunter2\nvalue', 1],
  ])('names the line of %j and does not repeat what may be half of a secret', (text, line) => {
    expect(() => parseKeyValues(text)).toThrow(KeyValueError)
    expect(() => parseKeyValues(text)).toThrow(`line ${line} `)
    expect(() => parseKeyValues(text)).not.toThrow(/hunter2/)
  })

  it('keeps the newline before END where that is asked for', () => {
    const options = { keepsLastNewline: true }
    expect(entries('A<<END\none\ntwo\nEND\nB=1', options)).toEqual([
      ['A', 'one\ntwo\n'],
      ['B', '1'],
    ])
    expect(entries('A<<END\r\none\r\nEND', options)).toEqual([['A', 'one\n']])
    expect(entries('A<<END\nEND', options)).toEqual([['A', '']])
  })

  it('looks a name alone up where it may, above the first KEY=VALUE only', () => {
    const lookUp = (name: string): [string, string][] | null =>
      name === 'PATH' ? [['PATH', '/bin']] : name.includes(' ') ? null : []
    expect(entries('PATH\nNOT_SET\nA=1', { lookUp })).toEqual([
      ['PATH', '/bin'],
      ['A', '1'],
    ])
    expect(entries('B<<END\nx\nEND\nPATH', { lookUp })).toEqual([
      ['B', 'x'],
      ['PATH', '/bin'],
    ])
    expect(() => parseKeyValues('two words', { lookUp })).toThrow(KeyValueError)
    for (const text of ['A=1\nPATH', 'A=1\n\nPATH', 'A=1\nB<<END\nx\nEND\nPATH', 'A=\nNOT_SET'])
      expect(() => parseKeyValues(text, { lookUp })).toThrow(/^line \d is a name alone below a KEY=VALUE/)
  })
})
