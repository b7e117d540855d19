import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findToolchainsFile } from '../../../src/image/toolchains-file.ts'
import { TaskFileError } from '../../../src/plan/file/faults.ts'
import { readSource } from '../../../src/plan/file/source.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { inline, inputsOf } from './files.ts'

/** The faults of a text as messages. */
function faultsOf(text: string): readonly string[] {
  try {
    readTaskFile(inline(text))
  } catch (error) {
    if (error instanceof TaskFileError) return error.faults.map(({ message }) => message)
    throw error
  }
  return []
}

const MIB = 1024 ** 2
const task = (run: string, more = '') => `- { id: a, ${more} container: { image: a, run: ${run} } }`

/** Each takes minutes or gigabytes where a step is taken for each pair of its parts: none ends in a test's time. */
describe('a task file of 1 MiB that is made to hurt (ACT-4)', () => {
  it.each([
    ['openings without an end', task(`"${`\${{ `.repeat(200_000)}"`), 'without }} behind it'],
    ['expressions of all kinds', task(`"${`\${{a}}`.repeat(140_000)}"`), 'and there is no strategy'],
    ['keys', `tasks: []\n${'k'.repeat(3)}: 1\n`.concat(manyKeys(60_000)), 'is unknown'],
    ['fields', `- { id: a, ${manyKeys(60_000, ', ')} }`, 'is unknown'],
    [
      'aliases of a long list',
      `x: &x [${'1, '.repeat(200_000)}]\ntasks:\n${'- *x\n'.repeat(9_000)}`,
      'its aliases make it more than 1000000 values',
    ],
    [
      'merges of a large map',
      `x: &x { ${manyKeys(20_000, ', ')} }\ntasks:\n${'- <<: *x\n'.repeat(9_000)}`,
      'its aliases make it more than 1000000 values',
    ],
    [
      'variables that are all one long map',
      `x: &x { ${manyKeys(50_000, ', ')} }\ntasks:\n${'- env: *x\n'.repeat(9_000)}`,
      'its aliases make it more than 1000000 values',
    ],
    [
      'a long text that many tasks share',
      `x: &x ${'x'.repeat(500_000)}\ntasks:\n${'- run: *x\n'.repeat(9_000)}`,
      'makes tasks of more than 64 MiB together',
    ],
    [
      'many combinations of a long script',
      `- { id: a, strategy: { v: [${range(9_000)}] }, container: { image: a, run: ${'x'.repeat(500_000)} } }`,
      'makes tasks of more than 64 MiB together',
    ],
    [
      'values that fill one text many times',
      `- { id: a, strategy: { v: [${'x'.repeat(100_000)}] }, container: { image: a, run: "${`\${{ matrix.v }}`.repeat(20_000)}" } }`,
      'is longer than 1.0 MiB with its values filled in',
    ],
    [
      'many values that fill many texts',
      `- { id: a, strategy: { v: [${range(5_000)}], w: [${'x'.repeat(20_000)}] }, container: { image: a, run: "${`\${{ matrix.w }}`.repeat(40)}" } }`,
      'makes tasks of more than 64 MiB together',
    ],
    ['keys of a strategy', `- { id: a, strategy: { ${manyKeys(5_000, ', ', '[1]')} } }`, '100 are the most'],
    [
      'a pattern of stars',
      `- { id: a, paths: ["${'*'.repeat(500_000)}"], container: { image: a, run: x } }`,
      'is longer than 1000 characters',
    ],
    ['lists in a list', `x: ${'['.repeat(200)}${']'.repeat(200)}\ntasks: []`, 'is nested too deeply'],
  ])('with %s is refused', (_, text, message) => {
    expect(faultsOf(text).slice(0, 1002)).toContainEqual(expect.stringContaining(message))
  })

  it('is read where it is long and nothing else', () => {
    const text = `- { id: a, container: { image: a, run: ${'x'.repeat(MIB - 100)} } }`
    expect(readTaskFile(inline(text))).toHaveLength(1)
  })
})

describe('a toolchains file of the checkout that is made to hurt (RUN-4)', () => {
  it.each<[string, (path: string) => void, string]>([
    ['a pipe', (path) => execFileSync('mkfifo', [path]), 'it is no regular file'],
    ['too long', (path) => writeFileSync(path, manyKeys(20_000)), 'it is longer than 64 KiB'],
    ['a link that leads out', (path) => symlinkSync('/etc/passwd', path), 'it leads out of the workspace'],
  ])('is refused: %s', async (_, prepare, message) => {
    const workspace = temporaryFolder()
    mkdirSync(join(workspace, '.github'))
    prepare(join(workspace, '.github/toolchains.yml'))
    const failure = await failureOf(() => findToolchainsFile(undefined, workspace))
    expect(failure).toMatchObject({ code: 'ACODE-CTN-006' })
    expect(failure.message).toContain(message)
  })
})

describe('a task file of the checkout that is no file of it (ACT-4)', () => {
  const read = async (prepare: (path: string) => void) => {
    const workspace = temporaryFolder()
    mkdirSync(join(workspace, '.github'))
    prepare(join(workspace, '.github/tasks.yml'))
    return failureOf(async () => readSource(await inputsOf(), workspace))
  }

  it('is not read through a link that leads out', async () => {
    const secret = join(temporaryFolder(), 'config.json')
    writeFileSync(secret, 'auths: {}')
    const failure = await read((path) => symlinkSync(secret, path))
    expect(failure).toMatchObject({ code: 'ACODE-CTN-006' })
    expect(failure.message).toContain('it leads out of the workspace')
  })

  it('is not waited for where it is a pipe', async () => {
    const failure = await read((path) => execFileSync('mkfifo', [path]))
    expect(failure.message).toContain('it is no regular file')
  })

  it('is refused where it is longer than 1 MiB, and read no further', async () => {
    const workspace = temporaryFolder()
    const path = join(workspace, 'tasks.yml')
    const source = async () => readSource(await inputsOf({ file: 'tasks.yml' }), workspace)
    writeFileSync(path, `#${'x'.repeat(MIB - 1)}`)
    expect((await source()).text).toHaveLength(MIB)
    writeFileSync(path, Buffer.alloc(3 * MIB, '☃'))
    expect((await failureOf(source)).message).toContain('tasks.yml:1:1: is longer than 1.0 MiB')
  })
})

/** Keys that all differ, as a block or within braces. */
function manyKeys(count: number, separator = '\n', value = '1'): string {
  return Array.from({ length: count }, (_, index) => `k${index}: ${value}`).join(separator)
}

function range(count: number): string {
  return Array.from({ length: count }, (_, index) => index).join(', ')
}
