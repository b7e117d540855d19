import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { logOf, recordOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.base
const python = 'python:3.13-slim'

describe('IMG-7 a script', () => {
  const newJob = jobs()
  const outputOf = async (inputs: Record<string, string>) => {
    const step = await (await newJob()).uses(inputs)
    return { status: step.outputs.status, text: (await logOf(step)).toString() }
  }

  it.each(
    someOf(
      [
        ['of one line without an end', 'echo "$(wc -l <"$0") lines: $0"', '1 lines: /run/acode/script.sh\n'],
        ['of many lines with blank ones', 'echo 1\n\n\necho 2\n\n', '1\n2\n'],
        [
          'with quotes of all kinds',
          `echo 'a "b" $c' "d 'e' \\$f" g\\"h \`echo i\``,
          `a "b" $c d 'e' $f g"h i\n`,
        ],
        ['with a heredoc', 'cat <<EOF\n  kept \\$HOME\n\ttab\nEOF\necho end', '  kept $HOME\n\ttab\nend\n'],
        ['with backslashes and %', `printf '%s|' 'C:\\dir\\new' '100%' '%0A'`, 'C:\\dir\\new|100%|%0A|'],
        ['with leading blanks', '    echo first\n    echo second', 'first\nsecond\n'],
        ['with unicode', 'echo "grüße 你好 🚀"', 'grüße 你好 🚀\n'],
        ['with continued lines', 'echo one \\\n  two', 'one two\n'],
        ['with several commands in a line', 'cd / && pwd; (cd /tmp; pwd) | cat', '/\n/tmp\n'],
        ['with CRLF', 'if true\r\nthen\r\n  echo "a"\r\nfi\r\n', 'a\n'],
        ['that is long', `${'# padding\n'.repeat(10_000)}echo end`, 'end\n'],
      ],
      4,
      1,
    ),
  )('IMG-7 %s runs exactly as written', async (_, run, text) => {
    expect(await outputOf({ image, run })).toEqual({ status: 'succeeded', text })
  })

  it('IMG-7 is in the container byte for byte for a shell that is none of POSIX, with CRLF and all', async () => {
    const run = 'import sys\r\nsys.stdout.write(repr(open(__file__, newline="").read()))\r\n'
    const { text } = await outputOf({ image: python, run, shell: 'python' })
    expect(text).toBe(`'import sys\\r\\nsys.stdout.write(repr(open(__file__, newline="").read()))\\r\\n'`)
  })

  it('IMG-7 stops at the first command that fails, and its exit code is the task’s', async () => {
    const step = await (await newJob()).uses({ image, run: 'echo before\n(exit 7)\necho after' })
    expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': '7' })
    expect((await logOf(step)).toString()).toBe('before\n')
  })

  it('IMG-7 in python, in its own words', async () => {
    const run = `import os, sys
text = f"""{os.environ['ACODE_TASK'][:4]} 'quoted' "twice"
  second"""
print(text); print(sys.version_info[0], file=sys.stderr)
sys.exit(3)`
    const step = await (await newJob()).uses({ image: python, run, shell: 'python' })
    expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': '3' })
    expect((await logOf(step)).toString()).toContain(`test 'quoted' "twice"\n  second\n`)
  })

  it('IMG-7 in node, by its own template', async () => {
    const run = 'console.log(process.argv.slice(1).join(), process.version.split(".")[0])'
    const { text } = await outputOf({
      image: 'node:22-slim',
      run,
      shell: 'node --no-warnings {0} "an argument"',
    })
    expect(text).toMatch(/^\/run\/acode\/script,an argument v\d+\n$/)
  })

  it('IMG-7 in bash is called as GitHub calls it', async () => {
    // The images of the tests have no bash: what is asked of the engine is seen instead.
    const job = await newJob({ runner: { RUNNER_DEBUG: '1' } })
    const step = await job.uses({ image, run: 'true', shell: 'bash' })
    expect(step.debug.join('\n')).toMatch(
      /--entrypoint bash sha256:[0-9a-f]+ --noprofile --norc -eo pipefail \/run\/acode\/script\.sh/,
    )
    expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': '127' })
  })

  it('IMG-7 leaves only its size in records, since it may hold what the workflow wrote into it', async () => {
    const step = await (await newJob()).uses({ image, run: 'true\n# a-value-of-the-workflow\ntrue' })
    expect((await recordOf(step)).commandSummary).toBe('sh -e /run/acode/script.sh (3 lines)')
    expect(step.summary).not.toContain('a-value-of-the-workflow')
  })

  it('IMG-7 has its input at an end', async () => {
    expect(await outputOf({ image, run: 'cat; echo "cat ended"' })).toEqual({
      status: 'succeeded',
      text: 'cat ended\n',
    })
  })
})
