import { describe, expect, it } from 'vitest'
import { circlesIn, importsIn } from '../../support/import-circles.ts'

describe('imports of src', () => {
  it('go in no circle, not even those of types', () => {
    expect(circlesIn(importsIn('src'))).toEqual([])
  })

  it('are read from every form of an import', () => {
    const imports = importsIn('src')
    expect(imports.get('main.ts')).toEqual(['host/signals.ts', 'run/run-task.ts'])
    expect(imports.get('run/context/context.ts')).toContain('engine/docker.ts')
  })

  it.each<[string, Record<string, string[]>, string[][]]>([
    ['none', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    ['of two', { a: ['b'], b: ['a'] }, [['a', 'b', 'a']]],
    ['that others lead to', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, [['b', 'c', 'd', 'b']]],
    ['of one file', { a: ['a'] }, [['a', 'a']]],
    [
      'two of them',
      { a: ['b', 'c'], b: ['a'], c: ['a'] },
      [
        ['a', 'b', 'a'],
        ['a', 'c', 'a'],
      ],
    ],
  ])('are found in circles: %s', (_, imports, expected) => {
    expect(circlesIn(new Map(Object.entries(imports)))).toEqual(expected)
  })
})
