import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TaskError } from '../../../../src/errors.ts'
import { detectToolchains } from '../../../../src/image/detect/detect.ts'
import { READERS, READERS_BY_EXTENSION } from '../../../../src/image/detect/readers.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { DOTNET, FAULTS, GO_RUST, JVM, type Layout, MANAGERS, NODE, OTHERS, PYTHON_RUBY } from './layouts.ts'

describe('the toolchains of a repository (IMX-1, CTN-8)', () => {
  const groups = {
    Node: NODE,
    managers: MANAGERS,
    '.NET': DOTNET,
    'Go, Rust': GO_RUST,
    'Python, Ruby': PYTHON_RUBY,
    JVM,
    others: OTHERS,
  }
  describe.each(Object.entries(groups))('by files of %s', (_, rows) => {
    it.each(rows)('%s', async (_title, layout, found) => {
      expect(await foundIn(repository(layout))).toBe(found)
    })
  })

  it.each(FAULTS)('cannot be detected: %s', async (_title, layout, says) => {
    const error = await detectToolchains(repository(layout), '').catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(TaskError)
    if (!(error instanceof TaskError)) return
    expect(error.code).toBe('ACODE-CTN-006')
    for (const part of says) expect(error.message).toContain(part)
  })
})

describe('where toolchains are looked for (IMX-1)', () => {
  it('is the folder of the task, and those above it to the workspace', async () => {
    const root = repository({
      '.nvmrc': '18',
      'app/package.json': '{}',
      'app/.nvmrc': '22',
      'other/go.mod': 'module a\n',
    })
    expect(await foundIn(root, 'app')).toBe('node@22 from app/.nvmrc:1')
    expect(await foundIn(root, 'app/src')).toBe('node@22 from app/.nvmrc:1')
    expect(await foundIn(root)).toBe('node@18 from .nvmrc:1')
  })

  it('is never outside of the workspace', async () => {
    const outside = repository({ '.nvmrc': '18', 'work/a.txt': '' })
    expect(await foundIn(join(outside, 'work'), '..')).toBe('')
    symlinkSync('../.nvmrc', join(outside, 'work/.nvmrc'))
    await expect(detectToolchains(join(outside, 'work'), '')).rejects.toThrow(
      /\.nvmrc: it leads out of the workspace/,
    )
  })

  it('is only in files of the toolchain that is wanted', async () => {
    const root = repository({ 'pom.xml': 'no XML', '.nvmrc': '22' })
    expect(await detectToolchains(root, '', 'node')).toEqual([
      { name: 'node', version: '22', source: '.nvmrc:1' },
    ])
    await expect(detectToolchains(root, '', 'maven')).rejects.toThrow('pom.xml')
  })

  it('is in files of a usual size', async () => {
    await expect(
      detectToolchains(repository({ 'package.json': ' '.repeat(2 ** 18 + 1) }), ''),
    ).rejects.toThrow('longer than 256 KiB')
  })

  it('is no folder of that name', async () => {
    await expect(detectToolchains(repository({ 'package.json/a': '' }), '')).rejects.toThrow('it is a folder')
  })
})

describe('readers of files that anyone wrote (IMX-1)', () => {
  const readers = [...Object.entries(READERS), ...Object.entries(READERS_BY_EXTENSION)]
  const floods = [
    '/*',
    '"',
    "'",
    '\n',
    ' ',
    '#',
    '<a>',
    '<a b="',
    'elixir:"',
    'ruby "',
    '[',
    '{"a":',
    '!=3.1,',
    '~',
    'sourceCompatibility ',
    '// ',
    '<!--',
    'go 1\n',
    'node 1\n',
    '\t=',
  ]
  it.each(readers)('%s ends with a flood of anything', (file, [read]) => {
    for (const piece of floods) {
      const text = piece.repeat(2 ** 18 / piece.length)
      try {
        read({ file, text })
      } catch (error) {
        expect(error).toBeInstanceOf(TaskError)
      }
    }
  })

  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\n',
    ' ',
    '#',
    '=',
    '<',
    '>',
    '/',
    '1',
    '.',
    '22',
    'v',
    '>=',
    '~>',
    '||',
    '!=',
    '*',
    'node',
    'tools',
    'engines',
    'ruby',
    'go',
    'toolchain',
    'channel',
    'elixir:',
    'project',
    '&a;',
    '<!DOCTYPE a [<!ENTITY a "b">]>',
    'requires-python',
    '\0',
    '\uFEFF',
    '99999999999999999999',
  )
  it.each(readers)('%s ends in findings or in one clear error', (file, [read]) => {
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (content) => {
        try {
          for (const { toolchain, allows } of read({ file, text: content })) {
            expect(toolchain).toMatch(/^[a-z]+$/)
            expect(allows).not.toBe('')
          }
        } catch (error) {
          expect(error).toBeInstanceOf(TaskError)
          if (error instanceof TaskError) expect(error.message).toContain(file)
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** A folder with these files. */
function repository(layout: Layout): string {
  const root = temporaryFolder()
  for (const [path, content] of Object.entries(layout)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

async function foundIn(root: string, folder = ''): Promise<string> {
  const detected = await detectToolchains(root, folder)
  return detected
    .map(({ name, version, source }) => `${name}${version === null ? '' : `@${version}`} from ${source}`)
    .join(' + ')
}
