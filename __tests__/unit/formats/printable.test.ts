import { describe, expect, it } from 'vitest'
import { annotationText, plainLine, visible } from '../../../src/formats/printable.ts'

describe('plainLine', () => {
  it.each([
    ['plain text: a::b', 'plain text: a::b'],
    ['::error::x', ': :error::x'],
    ['  \u00a0::add-mask::x', '  \u00a0: :add-mask::x'],
    ['text ##[stop-commands]x', 'text # #[stop-commands]x'],
    ['####[group]', '### #[group]'],
    ['a\r\nb\rc\u2028d', 'a\\r\\nb\\rc\\u2028d'],
    ['\x1b[31mred\x1b[0m\x07', '\\x1b[31mred\\x1b[0m\\x07'],
    ['\x0b::error::x', '\\x0b::error::x'],
    ['\ufeff::error::x', '\\ufeff::error::x'],
    ['a\u202eb', 'a\\u202eb'],
    ['tab\tstays, größe 日本 👩‍💻', 'tab\tstays, größe 日本 👩‍💻'],
  ])('of %j is %j', (text, line) => {
    expect(plainLine(text)).toBe(line)
    expect(plainLine(line)).toBe(line)
  })

  it('shows no control character', () => {
    const all = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).join('')
    expect(visible(all)).not.toMatch(/[^\P{Cc}\t]/u)
  })
})

describe('annotationText', () => {
  it('is the message where it is short, with its lines', () => {
    expect(annotationText('one:\r\n - two\n::x\n')).toEqual({ message: 'one:\n - two\n: :x', lines: [] })
  })

  it('is the beginning of a long list, all of which the log has', () => {
    const problems = Array.from({ length: 200 }, (_, index) => `  - task ${index} is wrong in some way`)
    const { message, lines } = annotationText(['200 problems:', ...problems].join('\n'))
    expect(message.length).toBeLessThanOrEqual(2_000)
    expect(message).toMatch(
      /^200 problems:\n {2}- task 0 is wrong in some way\n.*\n… \(the whole message is in the step’s log\)$/s,
    )
    expect(lines).toEqual(['200 problems:', ...problems])
  })

  it('is the beginning of a long line, and cuts no character', () => {
    const { message, lines } = annotationText('😀'.repeat(2_000))
    expect(message.length).toBeLessThanOrEqual(2_000)
    expect(message.isWellFormed()).toBe(true)
    expect(lines).toEqual(['😀'.repeat(2_000)])
  })
})
