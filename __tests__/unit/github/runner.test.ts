import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import * as runner from '../../../src/github/runner.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'
import { LineSplitter } from '../../support/runner/line-splitter.ts'
import { SecretMasker } from '../../support/runner/secret-masker.ts'
import { WorkflowCommands } from '../../support/runner/workflow-commands.ts'

/** What the runner makes of what is printed. */
function readAsRunner(printed: string) {
  const commands = new WorkflowCommands(new SecretMasker())
  const lines: string[] = []
  const splitter = new LineSplitter((line) => {
    lines.push(line)
    commands.read(line)
  })
  splitter.write(Buffer.from(printed))
  splitter.end()
  return { commands, lines }
}

/** Text that is made to be a command, or to hide one. */
const pieces = fc.constantFrom(
  ...[
    '::',
    ':',
    '##[',
    '##',
    '#',
    '[',
    ']',
    '\r',
    '\n',
    '\r\n',
    ' ',
    '\t',
    '\u00a0',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\v',
    '\f',
  ],
  ...[
    'error',
    'stop-commands',
    'add-mask',
    'set-output name=status',
    'group',
    'endgroup',
    'x',
    'pause-logging',
    ';',
    ',',
  ],
  ...['%0A', '%0D', '%3A', '%25', '=', '\x1b[31m', '\0', '日', '😀', 'file=a,line=1'],
)
const foreign = fc.oneof(
  fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
)

describe('the printer', () => {
  it(
    'lets no text of others be a command, or two lines (C.1)',
    () => {
      fileCommands()
      const printedBy = (print: () => void) => {
        const written: string[] = []
        // No spy: each of them stays in memory until the test ends, and there may be millions.
        const { write } = process.stdout
        process.stdout.write = (chunk: Uint8Array | string) => {
          written.push(String(chunk))
          return true
        }
        print()
        process.stdout.write = write
        return readAsRunner(written.join(''))
      }
      fc.assert(
        fc.property(foreign, foreign, (text, other) => {
          const line = printedBy(() => runner.info(text))
          expect(line.lines).toHaveLength(1)
          expect(line.commands.log()).toEqual(line.lines)
          expect(line.commands).toMatchObject({
            annotations: [],
            masks: [],
            groups: [],
            debug: [],
            failed: false,
          })

          const warned = printedBy(() => runner.warning(text, other))
          expect(warned.lines).toHaveLength(1)
          expect(warned.commands.annotations).toHaveLength(1)
          expect(warned.commands.annotations[0]?.level).toBe('warning')

          const failed = printedBy(() => runner.fail(text, other, { file: other, line: 3, column: 1 }))
          expect(failed.commands.annotations).toMatchObject([{ level: 'error', line: '3' }])

          const grouped = printedBy(() => runner.group(text, [other]))
          expect(grouped.lines).toHaveLength(3)
          expect(grouped.commands.groups).toMatchObject([{ lines: [expect.any(String)] }])
          expect(grouped.commands).toMatchObject({ annotations: [], masks: [], debug: [] })

          const debugged = printedBy(() => runner.debug(text))
          expect(debugged.commands.debug).toHaveLength(1)
          expect(debugged.commands).toMatchObject({ annotations: [], masks: [], groups: [] })
        }),
        fuzzed(1_000),
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it('says all of a long message in the log, and its beginning in the annotation (D.2)', () => {
    const { printed } = fileCommands()
    const problems = Array.from(
      { length: 200 },
      (_, index) => `  - field ${index} has to be a number: got "x"`,
    )
    runner.fail(['Invalid task, 200 problems:', ...problems].join('\n'), 'ACODE-CTN-006')
    const { commands, lines } = readAsRunner(printed())
    expect(lines.slice(0, -1)).toEqual(['Invalid task, 200 problems:', ...problems])
    expect(commands.annotations[0]?.message).toMatch(
      /^Invalid task, 200 problems:\n {2}- field 0 .*in the step’s log\)$/s,
    )
  })

  it('strikes secrets out of all that it prints, in any form', async () => {
    const { printed, summary } = fileCommands()
    const secret = `it's "hunter2" & <more>`
    runner.mask(secret)
    const before = printed().length
    for (const print of [runner.info, runner.warning, runner.debug, runner.startGroup]) print(`a ${secret} b`)
    runner.info(`quoted '${secret.replaceAll("'", `'\\''`)}'`)
    runner.fail(`b64 ${Buffer.from(`user:${secret}`).toString('base64')}`, secret)
    await runner.summarize(secret)
    expect(printed().slice(before)).not.toMatch(/hunter|dXNlc.*aHVudGVy/)
    expect(summary()).not.toContain('hunter')
  })

  it.each(['a<<b', 'a<', '', 'a=b', '-a', '1a', 'a b', 'a\n', 'ä'])(
    'writes no output that is called %j',
    (name) => {
      const { outputs } = fileCommands()
      expect(() => runner.output(name, 'x')).toThrow('is no name of an output')
      expect(() => runner.saveState(name, 'x')).toThrow('is no name of an output')
      expect(outputs()).toEqual({})
    },
  )

  it('has no other beside it: nothing else of the project writes to the runner’s log', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    const using = (pattern: RegExp) =>
      files.filter((file) => pattern.test(readFileSync(join('src', file), 'utf8')))
    const streams = /console\.|process\s*\.\s*(stdout|stderr)|'inherit'|writeSync\(|@actions\/core/
    // What listens for signals listens for the end of these streams as well, and writes nothing.
    expect(using(streams)).toEqual(['github/runner.ts', 'host/signals.ts'])
    expect(readFileSync('src/host/signals.ts', 'utf8')).not.toContain('write')
    expect(using(/\bimport .*\blog\b.*engine\/runner|runner\.log,/), 'the task’s stream').toEqual([
      'run/execute.ts',
    ])
  })
})

describe('a library that prints by itself', () => {
  it('prints through the printer', async () => {
    const { printed } = fileCommands()
    const own = process.stdout.write
    const result = await runner.printingOf(async () => {
      process.stdout.write('Uploading ##[stop-commands]mine\n::debug::50%25 done%0A::x\nhalf ')
      process.stdout.write('a line\n  ::stop-commands::mine\n::add-mask::x\n')
      process.stdout.write('::warning title=a::of the library\n::error::that failed\nthe end')
      return 7
    })
    expect(result).toBe(7)
    expect(process.stdout.write).toBe(own)
    const { commands, lines } = readAsRunner(printed())
    expect(lines).toContain('half a line')
    expect(lines.at(-1)).toBe('the end')
    expect(commands.debug).toEqual(['50% done\\n::x'])
    expect(commands.annotations).toEqual([
      { level: 'warning', message: 'of the library' },
      { level: 'warning', message: 'that failed' },
    ])
    expect(commands).toMatchObject({ masks: [], ignoredCommands: [] })
  })

  it('masks what the library masks, and prints it nowhere', async () => {
    const { printed } = fileCommands()
    await runner.printingOf(async () => {
      process.stdout.write('::add-mask::the%2Bsignature-of-an-address\n')
      process.stdout.write('::debug::https://host/?sig=the%2Bsignature-of-an-address\n')
    })
    const { commands } = readAsRunner(printed())
    expect(commands.masks).toEqual(['the%2Bsignature-of-an-address'])
    expect(commands.debug).toEqual(['https://host/?sig=***'])
  })

  it('gives standard output back where it fails', async () => {
    fileCommands()
    const own = process.stdout.write
    await expect(runner.printingOf(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(process.stdout.write).toBe(own)
  })
})

describe('what waits while commands are stopped', () => {
  it('is printed before the process ends early', () => {
    const { printed } = fileCommands()
    const end = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    runner.stopCommands(false)
    runner.fail('died', 'Internal error of the action')
    expect(printed()).not.toContain('died')
    runner.exit()
    const { commands } = readAsRunner(printed())
    expect(commands.annotations).toMatchObject([{ level: 'error', message: 'died' }])
    expect(commands.log().join('\n')).toMatch(/::stop-commands::(\S+)\n\n::\1::\n/)
    end.mockRestore()
  })
})
