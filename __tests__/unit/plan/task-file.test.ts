import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toolchainCheck } from '../../../src/image/toolchain-check.ts'
import { TaskFileError } from '../../../src/plan/file/faults.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { legOf } from '../../../src/plan/matrix.ts'
import { failureOf } from '../../support/failures.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { EXPECTED, filesOf, inline, inputsOf, sourceOf } from './files.ts'

/** The faults of a text, or of a file, as lines without the file's name. */
function faultsOf(...[source, toolchainProblem]: Parameters<typeof readTaskFile>): readonly string[] {
  try {
    readTaskFile(source, toolchainProblem)
  } catch (error) {
    if (error instanceof TaskFileError) return error.lines.map((line) => line.slice(source.name.length + 1))
    throw error
  }
  return []
}

describe('good task files (ACT-4)', () => {
  it.each(filesOf('good'))('%s becomes its matrix', async (file) => {
    const inputs = await inputsOf({ 'capability-labels': 'gpu: [self-hosted, gpu]\nlicense: unity' })
    const legs = readTaskFile(await sourceOf('good', file)).map((task) => legOf(task, inputs))
    expect(legs).toEqual(
      EXPECTED.good[file]?.map(([id, runsOn, requiredCapabilities, container]) => ({
        id,
        'runs-on': runsOn,
        task: { requiredCapabilities, task: { id, ...(container && { container }) } },
      })),
    )
  })

  it('are what docs/tasks.md shows', () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('docs/tasks.md', 'utf8')) ?? []
    const ids = readTaskFile(inline(example)).map(({ id }) => id)
    expect(ids).toEqual(['lint', 'unit-20', 'unit-22', 'unit-24', 'render'])
  })

  it('let a task fail, by its own word or its container’s, which goes before (RUN-11)', () => {
    const container = (more: string) => `container: { image: a, run: b${more} }`
    const tasks = readTaskFile(
      inline(
        [
          `- { id: a, allow-failure: true, ${container('')} }`,
          `- { id: b, ${container(', allowFailure: true')} }`,
          `- { id: c, allow-failure: true, ${container(', allowFailure: false')} }`,
          `- { id: d, ${container('')} }`,
        ].join('\n'),
      ),
    )
    expect(tasks.map(({ spec }) => spec?.allowFailure)).toEqual([true, true, false, false])
    expect(tasks.map(({ container }) => container?.allowFailure)).toEqual([true, true, false, undefined])
  })

  it('adds docker where a container is enabled, and only there (RUN-3)', async () => {
    const tasks = readTaskFile(await sourceOf('good', 'skipped.yml'))
    expect(tasks.map(({ requiredCapabilities }) => requiredCapabilities)).toEqual([[], [], ['gpu']])
    const [unit] = readTaskFile(
      inline('- { id: a, requiredCapabilities: [docker], container: { image: a, run: b } }'),
    )
    expect(unit?.requiredCapabilities).toEqual(['docker'])
  })
})

describe('what a task file may hold beside tasks (FID-1)', () => {
  /** A text with `@` in place of the `$` of expressions. */
  const file = (text: string) => inline(text.replaceAll('@{{', '$' + '{{'))
  const runOf = (text: string) => readTaskFile(file(text)).map(({ spec }) => spec?.run)

  it.each([
    ["echo @{{ '@{{' }} github.sha }}", 'echo @{{ github.sha }}'],
    ["echo @{{ '@{{ github.sha }}' }}", 'echo @{{ github.sha }}'],
    ["@{{ 'it''s' }}@{{ '' }}!", "it's!"],
    ["a @{{'x'}} @{{ 'y' }}", 'a x y'],
  ])('an expression of a text stands for it: %s', (run, text) => {
    const written = JSON.stringify(run)
    expect(runOf(`tasks: [{ id: a, container: { image: x, run: ${written} } }]`)).toEqual([
      text.replaceAll('@{{', '$' + '{{'),
    ])
    expect(
      runOf(`{ defaults: { container: { image: x, run: ${written} } }, tasks: [{ id: a, container: {} }] }`),
    ).toEqual([text.replaceAll('@{{', '$' + '{{')])
  })

  it.each(["@{{ 'a }}", "@{{ 'a' b }}", "@{{ a'b' }}"])('%s is no text', (run) => {
    expect(
      faultsOf(file(`tasks: [{ id: a, container: { image: x, run: ${JSON.stringify(run)} } }]`)),
    ).toHaveLength(1)
  })

  it('keys x-… at its top, for anchors', () => {
    const text =
      'x-base: &base { image: x, run: y }\nx-other: [1]\ntasks: [{ id: a, container: { <<: *base } }]'
    const merged = text.replace('{ <<: *base }', '*base')
    expect(runOf(merged)).toEqual(['y'])
    expect(faultsOf(inline('y-base: 1\ntasks: [{ id: a, container: { image: x, run: y } }]'))).toHaveLength(1)
  })
})

describe('bad task files (ACT-4, RUN-1, RUN-2)', () => {
  it.each(filesOf('bad'))('%s has all its faults reported, each at its line and column', async (file) => {
    const error = await sourceOf('bad', file)
      .then((source) => readTaskFile(source))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TaskFileError)
    if (!(error instanceof TaskFileError)) return
    expect(error.lines).toEqual(EXPECTED.bad[file]?.map((line) => `${file}:${line}`))
    expect(error.code).toBe('ACODE-CTN-006')
  })

  it('has a file for each expectation', () => {
    expect([Object.keys(EXPECTED.good).sort(), Object.keys(EXPECTED.bad).sort()]).toEqual([
      filesOf('good'),
      filesOf('bad'),
    ])
  })

  it('reports a fault of the defaults once, however many tasks have it from there', () => {
    const tasks = Array.from({ length: 50 }, (_, index) => `  - { id: t${index}, container: { image: a } }`)
    const text = `defaults: { container: { command: x } }\ntasks:\n${tasks.join('\n')}\n`
    expect(faultsOf(inline(text))).toEqual([
      expect.stringMatching(/^1:35: defaults\.container\.command has to be a list/),
    ])
  })

  it('judges an id with the values that it gets', () => {
    const text = '- { id: a, strategy: { v: ["1\\n::error::x"] } }'
    expect(faultsOf(inline(text))).toEqual([expect.stringContaining('tasks[0].id has a line break')])
  })

  it('reports a fault that all combinations have once', () => {
    const text = '- { id: a, strategy: { v: [1, 2, 3] }, container: { image: a, run: b, memory: 1g } }'
    expect(faultsOf(inline(text))).toHaveLength(1)
  })

  it('finds the place of a fault that is merged in', () => {
    const text = 'x: &x\n  image: a\n  comand: b\ntasks:\n  - { id: a, container: { <<: *x, run: b } }\n'
    expect(faultsOf(inline(text))).toEqual([
      expect.stringMatching(/^1:1: x is unknown/),
      expect.stringMatching(/^3:3: tasks\[0\]\.container\.comand is unknown/),
    ])
  })
})

describe('a toolchain that leads to no image (ACT-4, RUN-4)', () => {
  function checkout(): string {
    const folder = temporaryFolder()
    mkdirSync(join(folder, '.github'))
    writeFileSync(join(folder, '.github/toolchains.yml'), 'unity: registry.example/unity:{version}\n')
    return folder
  }
  const TEXT = `
defaults: { container: { toolchain: nod@22, run: make } }
tasks:
  - { id: own, container: { toolchain: "unity@6000.0" } }
  - { id: shared }
  - { id: as-shared, container: {} }
  - { id: known, container: { toolchain: node@22 } }
  - { id: filled, strategy: { v: [go, goo] }, container: { toolchain: "\${{ matrix.v }}@1" } }
  - { id: image, container: { image: busybox } }
  - { id: off, container: { enabled: false, toolchain: nothing } }
`
  const faultsWith = async (...of: Parameters<typeof toolchainCheck>) =>
    faultsOf(inline(TEXT), await toolchainCheck(...of))

  it('is a fault at its place, of the defaults too', async () => {
    expect(await faultsWith(undefined, checkout(), true)).toEqual([
      expect.stringMatching(/^2:37: defaults\.container\.toolchain leads to no image: .*did you mean node\?/),
      expect.stringMatching(
        /^8:71: tasks\[4\]\.container\.toolchain leads to no image: .*"goo".*did you mean go\?/,
      ),
    ])
  })

  it('is judged without a file of the repository only where the plan has the repository', async () => {
    const elsewhere = temporaryFolder()
    expect(await faultsWith(undefined, elsewhere, true)).toHaveLength(3)
    expect(await faultsWith(undefined, elsewhere, false)).toEqual([])
    expect(await faultsWith(undefined, checkout(), false)).toHaveLength(2)
  })

  it('cannot be judged where the file that the inputs name is not there', async () => {
    const failure = await failureOf(() => faultsWith('none.yml', checkout(), true))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain('The toolchains file none.yml cannot be read')
  })
})

describe('a file that is made to hurt', () => {
  it('may share one anchor among more tasks than a matrix has', () => {
    const tasks = Array.from(
      { length: 2_000 },
      (_, index) => `  - { id: t${index}, container: { <<: *base, run: b } }`,
    )
    const text = `defaults: { container: &base { image: a, env: { A: 1.0 } } }\ntasks:\n${tasks.join('\n')}\n`
    expect(readTaskFile(inline(text))).toHaveLength(2_000)
  })

  it('of 10,000 tasks is read in seconds', () => {
    const tasks = Array.from(
      { length: 10_000 },
      (_, index) =>
        `  - id: task-${index}\n    container:\n      image: node:22\n      run: npm test\n      env: { A: 1.0 }\n`,
    )
    const start = performance.now()
    expect(readTaskFile(inline(`tasks:\n${tasks.join('')}`))).toHaveLength(10_000)
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  it.each([
    ['lists in lists', '['.repeat(20_000)],
    [
      'anchors in anchors',
      `${Array.from({ length: 5_000 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}]`).join('\n')}`.replace(
        /^/,
        'a0: &a0 x\n',
      ),
    ],
    ['maps in maps', `tasks: ${'{a: '.repeat(20_000)}`],
  ])('with %s is refused and ends nothing', (_, text) => {
    expect(faultsOf(inline(text))).not.toEqual([])
  })

  it('with more combinations than can be counted is refused at once', () => {
    const list = `[${Array.from({ length: 100 }, (_, index) => index).join(', ')}]`
    const text = `- { id: a, strategy: { a: ${list}, b: ${list}, c: ${list} }, container: { image: a, run: b } }`
    expect(faultsOf(inline(text))).toEqual([expect.stringContaining('makes 1000000 combinations')])
  })

  it('cannot reach a prototype', () => {
    const text = '- { id: a, constructor: { prototype: { polluted: 1 } }, container: { image: a, run: b } }'
    expect(faultsOf(inline(text))).toEqual([expect.stringContaining('constructor is unknown')])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
