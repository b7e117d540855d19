import { describe, expect, it } from 'vitest'
import { CATALOG } from '../../src/image/catalog.ts'
import { Editor } from '../support/editor.ts'

/** A task file whose one container has these fields. */
const withFields = (fields: string) => `tasks:\n  - id: unit\n    container: { ${fields} }`

describe('an editor with tasks.schema.json (SEE-4)', () => {
  const editor = new Editor('tasks.schema.json')

  it.each([
    ['an unknown key', withFields('image: a, imgae: b'), '3:28 Property imgae is not allowed.'],
    [
      'a text for a list',
      withFields('image: a, command: npm test'),
      '3:37 Incorrect type. Expected "array".',
    ],
    [
      'a duration that is none',
      withFields('image: a, timeout: soon'),
      '3:37 This is no duration. Write seconds, or a number with s, m or h, such as 90s, 30m or 2h.',
    ],
    [
      'a size that is none',
      withFields('image: a, resources: { memory: lots }'),
      '3:49 This is no size. Write bytes, or a number with k, m, g or t, such as 512m or 4g.',
    ],
    [
      'an image that is none',
      withFields('image: "--rm"'),
      '3:25 This is no image reference, such as node:22 or ghcr.io/acme/unit:3.',
    ],
    [
      'two that exclude each other',
      withFields('image: a, run: b, command: [c]'),
      '3:36 run and command exclude each other; keep one.',
    ],
    [
      'another word',
      withFields('image: a, pull: sometimes'),
      '3:34 Value is not accepted. Valid values: "if-missing", "always", "never".',
    ],
    [
      'a value of no text',
      withFields('image: a, env: { A: [1] }'),
      '3:38 Incorrect type. Expected one of string, number, boolean, null.',
    ],
    ['a key of the workflow', 'tasks: [{ id: a, runs-on: big }]', '1:18 Property runs-on is not allowed.'],
    ['a task without a name', 'tasks: [{ runsOn: big }]', '1:9 Missing property "id".'],
    ['no tasks', 'tasks: []', '1:8 Array has too few items. Expected 1 or more.'],
    ['a fault in a list alone', '- id: a\n  paths: src', '2:10 Incorrect type. Expected "array".'],
    [
      'a fault in a payload',
      'tasks: [{ task: { id: a, container: { imgae: b } } }]',
      '1:39 Property imgae is not allowed.',
    ],
  ])('names %s, and nothing else', async (_, text, problem) => {
    expect(await editor.problems(text)).toEqual([problem])
  })

  it('is content with expressions', async () => {
    const filledIn = ['image', 'timeout', 'pull', 'env: { A'].map((key) => `${key}: "\${{ matrix.key }}"`)
    expect(await editor.problems(withFields(`${filledIn.join(', ')} }`))).toEqual([])
  })

  it('offers the keys, and the names of the toolchains', async () => {
    expect(await editor.offers('tasks:\n  - ')).toEqual(expect.arrayContaining(['id', 'container', 'paths']))
    const key = 'tasks:\n  - id: unit\n    container:\n      '
    expect(await editor.offers(key)).toEqual(expect.arrayContaining(['image', 'toolchain', 'timeout']))
    const toolchains = await editor.offers(`${key}toolchain: `)
    expect(toolchains).toEqual(expect.arrayContaining([...Object.keys(CATALOG), 'node@24']))
  })
})

describe('an editor with task.schema.json (SEE-4)', () => {
  const editor = new Editor('task.schema.json')

  it.each([
    ['the container alone', 'image: a\nimgae: b', '2:1 Property imgae is not allowed.'],
    ['the container under its key', 'container: { imgae: b }', '1:14 Property imgae is not allowed.'],
    ['the canonical form', 'task: { container: { imgae: b } }', '1:22 Property imgae is not allowed.'],
  ])('names an unknown key in %s', async (_, text, problem) => {
    expect(await editor.problems(text)).toEqual([problem])
  })
})
