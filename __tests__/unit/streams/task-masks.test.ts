import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redaction } from '../../../src/streams/redact.ts'
import { maskedValues, taskMasks } from '../../../src/streams/task-masks.ts'

function passed(chunks: readonly string[]) {
  const masked: string[] = []
  const { push, end } = taskMasks(new Redaction(), (value) => masked.push(value))
  const shown = chunks.map((chunk) => push(Buffer.from(chunk)).toString())
  return { masked, shown, all: [...shown, end().toString()].join('') }
}

describe('what a task masks (C.7)', () => {
  it.each([
    [['::add-mask::hunter2\nsee hunter2\n'], '::add-mask::***\nsee ***\n'],
    [['before\n  ::add-mask::hunter2\r\nhunter2'], 'before\n  ::add-mask::***\r\n***'],
    [['::add-', 'mask::hun', 'ter2', '\nhunter2\n'], '::add-mask::***\n***\n'],
    [['text ##[add-mask]hunter2\nhunter2\n'], 'text ##[add-mask]***\n***\n'],
    [['text #', '#[add', '-mask]hunter2', '\nhunter2\n'], 'text ##[add-mask]***\n***\n'],
    [['::add-mask::one two%0Athree four\nthree four'], '::add-mask::***%0A***\n***'],
    [['::add-mask::hunter2'], '::add-mask::***'],
    [['::add-mask::ab\nab\n'], '::add-mask::ab\nab\n'],
    [['no ::add-mask::hunter2\nhunter2\n'], 'no ::add-mask::hunter2\nhunter2\n'],
    [['hunter2\n', '::add-mask::hunter2\n', 'hunter2\n'], 'hunter2\n::add-mask::***\n***\n'],
  ])('of %j shows %j', (chunks, text) => {
    expect(passed(chunks).all).toBe(text)
  })

  it('keeps nothing back but a line that may be such a command', () => {
    const { shown } = passed(['a line\nhalf a l', 'ine\n ::a', 'dd ', 'x\n', '50 %'])
    expect(shown).toEqual(['a line\nhalf a l', 'ine\n', ' ::add ', 'x\n', '50 %'])
  })

  it('changes nothing else, however it is cut', () => {
    const piece = fc.constantFrom('::add', '-mask', '::', '##[', ']', '\n', '\r', 'x', ' ', 'é', 'hunter2')
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''))), (chunks) => {
        const whole = chunks.join('')
        fc.pre(maskedValues(whole).length === 0)
        expect(passed(chunks).all).toBe(whole)
      }),
    )
  })

  it('shows no masked value, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 8 }),
        fc.constantFrom('\n', '\r', '\r\n'),
        (cuts, end) => {
          const text = [
            'first',
            '::add-mask::hunter2',
            'see hunter2',
            'x ##[add-mask]tiger99',
            'tiger99',
          ].join(end)
          const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
          const chunks = places.slice(1).map((place, index) => text.slice(places[index], place))
          expect(passed(chunks).all).not.toMatch(/hunter2|tiger99/)
        },
      ),
    )
  })

  it('is bounded: of a line without end, and of masks without number', () => {
    const long = passed([`::add-mask::${'x'.repeat(40_000)}`, 'x'.repeat(40_000), '\nz'])
    expect(long.shown.slice(0, 2)).toEqual(['', '::add-mask::***'])
    const many = Array.from({ length: 2_000 }, (_, index) => `::add-mask::value-${index}-\n`).join('')
    expect(passed([many]).masked).toHaveLength(500)
  })
})
