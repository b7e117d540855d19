import { describe, expect, it } from 'vitest'
import { lastLines } from '../../../src/record/summary/last-lines.ts'
import { Redaction } from '../../../src/streams/redact.ts'

describe('the last lines of a log', () => {
  it.each([
    ['a\nb\nc\n', 2, 'b\nc'],
    ['a\nb\n\n \n', 1, 'b'],
    ['a', 0, ''],
    ['', 5, ''],
    ['\u001b[31mred\u001b[0m\n', 5, 'red'],
    ['10 %\r50 %\r100 %\ndone\r\n', 5, '100 %\ndone'],
    ['a\u0000b\u0007\tc\n', 5, 'ab\tc'],
    ['\u001b]8;;https://x.example\u0007link\u001b]8;;\u0007', 5, 'link'],
  ])('of %j, at most %i, are %j', (log, count, lines) => {
    expect(lastLines(log, count)).toBe(lines)
  })

  it('are of a bounded length each', () => {
    expect(lastLines('x'.repeat(10_000), 1)).toHaveLength(400)
  })

  it.each(['\u001b[31mhun\u001b[0mter22\n', 'hun\u0000ter22', 'hunter22 \r\n'])(
    'hold no secret that colours and control characters stood in: %j (RUN-5)',
    (log) => {
      const redaction = new Redaction(['hunter22'])
      expect(lastLines(log, 5, (text) => redaction.text(text))).toMatch(/^\*\*\* ?$/)
    },
  )
})
