import { describe, expect, it } from 'vitest'
import { holds, resolved, textOf } from '../../support/expressions/evaluate.ts'

const contexts = {
  needs: { plan: { result: 'success', outputs: { count: '0', Map: { A: '1' } } }, none: { outputs: {} } },
  inputs: { list: ['a', 'B'], empty: '', no: false, json: '{"http_proxy":"1","HTTP_PROXY":"2"}' },
}
const situation = { contexts, cancelled: false, success: true }
const value = (text: string) => resolved(['$', '{{', text, '}}'].join(''), situation)

describe('the evaluator of expressions follows the runner (RNR-2)', () => {
  it.each([
    ["null == '0'", true],
    ["null != '0'", false],
    ["null == '[]'", false],
    ["null == ''", true],
    ["null == 'x'", false],
    ["null != 'x'", true],
    ["needs.none.outputs.failed == '0'", true],
    ["needs.none.outputs.failed && needs.none.outputs.failed == '0'", null],
    ['needs.nowhere.outputs.x', null],
    ["'ABC' == 'abc'", true],
    ["'1.0' == 1", true],
    ["'0x10' == 16", true],
    ["true == '1'", true],
    ["true == 'true'", false],
    ["false == ''", true],
    ['inputs.list == inputs.list', true],
    ["inputs.list == 'Array'", false],
    ["fromJSON('[]') && 'truthy'", 'truthy'],
    ["'0' && 'truthy'", 'truthy'],
    ["0 || 'falsy'", 'falsy'],
    ["'b' > 'A'", true],
    ['null < 1', true],
    ["'x' < 1", false],
    ["!'' && !inputs.no", true],
    ["contains(inputs.list, 'b')", true],
    ["contains('xBx', 'b')", true],
    ["startsWith('[a', '[')", true],
    ["endsWith('a]', ']')", true],
    ["format('{0}{{{1}}}', 'a', null)", 'a{}'],
    ["join(inputs.list, '-')", 'a-B'],
    ["case(false, 1, 'x' == 'X', '', 3)", ''],
    ['case(false, 1, 3)', 3],
    ['needs.plan.outputs.map.a', '1'],
    ["needs['plan'].outputs['COUNT']", '0'],
    ["'it''s'", "it's"],
    ['1 == 2 || 3 == 3 && false', false],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected)
  })

  it('keeps the first spelling and the last value of keys that differ in case', () => {
    expect(value('fromJSON(inputs.json)')).toEqual({ http_proxy: '2' })
  })

  it('gives texts as actions get them', () => {
    expect(textOf(['a', '$', '{{ null }}', '$', '{{ true }}'].join(''), situation)).toBe('atrue')
    expect(textOf(['$', '{{ inputs.list }}'].join(''), situation)).toBe('Array')
  })

  it('refuses a case() that asks for what is no boolean, and what it does not know', () => {
    expect(() => value("case('x', 1, 2)")).toThrow('boolean')
    expect(() => value('hashFiles()')).toThrow('does not know')
    expect(() => value('needs.plan.')).toThrow()
    expect(() => value('(1')).toThrow()
  })

  it('runs a job without a status function only where all before it succeeded', () => {
    const failed = { ...situation, success: false }
    expect(holds(undefined, situation)).toBe(true)
    expect(holds(undefined, failed)).toBe(false)
    expect(holds("needs.plan.outputs.count == '0'", failed)).toBe(false)
    expect(holds('always()', failed)).toBe(true)
    expect(holds('!cancelled()', { ...failed, cancelled: true })).toBe(false)
  })
})
