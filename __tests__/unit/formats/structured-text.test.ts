import { describe, expect, it } from 'vitest'
import { parseStructured } from '../../../src/formats/structured-text.ts'

describe('parseStructured', () => {
  it.each([
    ['{"a": [1, null]}', { a: [1, null] }],
    ['a: [1, null]', { a: [1, null] }],
    ['- npm\n- test', ['npm', 'test']],
    ['[npm, test]', ['npm', 'test']],
    ['npm test', 'npm test'],
    ['yes', 'yes'],
    ['null', null],
  ])('of %j', async (text, value) => {
    expect(await parseStructured(text)).toEqual(value)
  })

  it.each([
    ['env: { V: 1.10, B: true, O: 0o17 }', { env: { V: '1.10', B: true, O: '0o17' } }],
    ['labels: { v: 1e3 }', { labels: { v: '1e3' } }],
    [
      'container: { env: { BIG: 12345678901234567890 } }',
      { container: { env: { BIG: '12345678901234567890' } } },
    ],
    ['base: &base { V: 1.10 }\nenv: *base', { base: { V: '1.10' }, env: { V: '1.10' } }],
    ['version: 1.10', { version: '1.10' }],
    ['resources: { cpus: 1.50 }', { resources: { cpus: 1.5 } }],
  ])('keeps numbers as written where they are text: %j', async (text, value) => {
    expect(await parseStructured(text)).toEqual(value)
  })

  it('says where a text is wrong and quotes nothing of it', async () => {
    const text = 'container:\n  env:\n    TOKEN: hunter2: hunter3\n'
    await expect(parseStructured(text)).rejects.toThrow(/at line 3, column \d+$/)
    await expect(parseStructured(text)).rejects.not.toThrow(/hunter/)
  })

  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
    .split('')
    .map((key, index) => {
      const alias = `*${String.fromCharCode(97 + index)}`
      return `${key}: &${key} [${Array(9).fill(alias).join(', ')}]`
    })
    .join('\n')}`

  it.each([
    ['aliases that multiply', bomb],
    ['an alias of nothing', 'a: *b'],
    ['keys that come twice', 'a: 1\na: 2'],
    ['brackets without end', '['.repeat(50_000)],
    ['half of JSON', '{"a": 1'],
  ])('refuses %s, soon', async (_, text) => {
    const started = performance.now()
    await expect(parseStructured(text)).rejects.toThrow()
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('takes __proto__ for a key like any other', async () => {
    for (const text of ['{"__proto__": {"polluted": true}}', '__proto__: { polluted: true }']) {
      const value = await parseStructured(text)
      expect(Object.keys(Object(value))).toEqual(['__proto__'])
      expect(Reflect.get({}, 'polluted')).toBeUndefined()
    }
  })
})
