import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OWN_OUTPUTS, readTaskOutputs } from '../../../src/record/collect/task-outputs.ts'
import { Recorder } from '../../../src/record/recorder.ts'
import { publish } from '../../../src/record/summary/publish.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'
import { recordWith } from '../../support/record.ts'
import { freshPaths } from '../../support/record-paths.ts'
import { parseKeyValues } from '../../support/runner/file-commands.ts'

const pieces = fc.constantFrom(
  ...[
    '=',
    '<',
    '<<',
    '\n',
    '\r',
    '\r\n',
    ' ',
    'EOF',
    'END',
    'a',
    'A',
    'b',
    '_',
    '-',
    '1',
    'ghadelimiter_',
    '日',
    '\0',
  ],
  ...OWN_OUTPUTS,
  ...OWN_OUTPUTS.map((name) => name.toUpperCase()),
  ...['a=1\n', 'k<<EOF\n', '\nEOF\n', 'STATUS=x\n'],
)
const written = fc.oneof(
  fc.array(pieces, { maxLength: 16 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
)

describe('what a task writes to $GITHUB_OUTPUT', () => {
  it(
    'is read as the runner reads its own file',
    () => {
      fc.assert(
        fc.property(written, (text) => {
          const expected = new Map<string, string>()
          let fails = false
          try {
            parseKeyValues(text, (name, value) => expected.set(name, value))
          } catch {
            fails = true
          }
          const { all, fault } = readTaskOutputs(text)
          expect([...all]).toEqual([...expected])
          expect(fault !== null).toBe(fails)
        }),
        fuzzed(2_000),
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it('forges no output of the action, and hides none (A.3)', async () => {
    const recorder = await Recorder.open(
      recordWith({ status: 'failed', exitCode: 3 }),
      await freshPaths(),
      new Redaction(),
    )
    await fc.assert(
      fc.asyncProperty(written, async (text) => {
        const { outputs, rawOutputs, restore } = fileCommands()
        const collected = { outputs: readTaskOutputs(text), summary: '', artifacts: [], warnings: [] }
        await publish(recorder, collected, 'artifact')
        const names: string[] = []
        parseKeyValues(rawOutputs(), (name) => names.push(name))
        expect(outputs()).toMatchObject({ status: 'failed', 'exit-code': '3', 'artifact-name': 'artifact' })
        expect(names.slice(0, OWN_OUTPUTS.length)).toEqual([...OWN_OUTPUTS])
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
        restore()
      }),
      { numRuns: 300 },
    )
  })

  it.each<[string, Record<string, string>, RegExp[]]>([
    ['a=1\na=2', { a: '2' }, []],
    ['a<<E\n1\n\n2\nE\n', { a: '1\n\n2' }, []],
    ['a<<E\nE', { a: '' }, []],
    ['a=x<<y', { a: 'x<<y' }, []],
    ['a=1\r', { a: '1\r' }, []],
    ['Name=1\nname=2', { Name: '1' }, [/^line 2: "name" is the name of the output Name/]],
    ['Exit-Code=0', {}, [/^line 1: "Exit-Code" has the name of the action’s own output exit-code/]],
    ['a<=1', {}, [/^line 1: "a<" is no name/]],
    ['\n\n k=1', {}, [/^line 3: " k" is no name/]],
    [`${'n'.repeat(200)} =1`, {}, [/^line 1: "n{80}…" is no name/]],
    ['toString=1\n__proto__=2', { toString: '1', ['__proto__']: '2' }, []],
  ])('of %j', (text, passed, problems) => {
    const read = readTaskOutputs(text)
    expect([...read.passed]).toEqual(Object.entries(passed))
    expect(read.problems).toEqual(problems.map((problem) => expect.stringMatching(problem)))
    expect(read.fault).toBeNull()
  })

  it.each([
    ['a=1\nhunter2', 2, 'is no NAME=VALUE'],
    ['=hunter2', 1, 'has no name'],
    ['<<hunter2\nhunter2', 1, 'has no name'],
    ['\na<<', 2, 'without a word that ends'],
    ['a<<hunter2\nvalue', 1, 'no line END follows'],
  ])('names the line of %j and does not repeat what may be half of a secret', (text, line, what) => {
    const { fault } = readTaskOutputs(text)
    expect(fault).toContain(`line ${line} `)
    expect(fault).toContain(what)
    expect(fault).not.toContain('hunter2')
  })

  it('has at most 1 MiB, counted as GitHub counts, with that of the output "outputs"', () => {
    const text = Array.from({ length: 30 }, (_, index) => `k${index}=${'é'.repeat(10_000)}\n`).join('')
    const { all, passed, problems } = readTaskOutputs(text)
    const units = JSON.stringify(Object.fromEntries(all)).length + [...passed].flat().join('').length
    expect(units * 2).toBeLessThan(1024 * 1024 - 32 * 1024)
    expect(passed.size).toBe(25)
    expect(problems).toHaveLength(5)
    expect(problems[0]).toContain('line 26: "k25" is more than the 1 MiB')
  })
})
