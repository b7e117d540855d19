import { describe, expect, it } from 'vitest'
import { imageName } from '../support/engine.ts'
import { HOLD, whileHeld } from '../support/held-task.ts'
import { jobs } from '../support/jobs.ts'
import { logOf, recordOf } from '../support/record.ts'
import { messages } from '../support/runner.ts'

const image = imageName.base
const ATTACK = `
  echo '::error::e'; echo '  ::warning::w'; echo 'text ##[notice]n'; printf 'hidden\\r::error::r\\n'
  echo '::set-output name=status::hacked'; echo '::save-state name=run::{}'; echo '::add-mask::a'
  echo '::debug::d'; echo '::group::g'; echo '::stop-commands::mine'; echo '::mine::'
  echo '::set-env name=A::1'; echo '::add-path::/evil'; echo '##[add-mask]b' >&2; echo '::error::stderr' >&2
`

describe('workflow commands in a task’s output', () => {
  const newJob = jobs()

  it('IMG-5 have no effect, and are shown as they are', async () => {
    const step = await (await newJob()).uses({ image, run: ATTACK })
    expect(step.annotations).toEqual([])
    expect(step.masks).toEqual([])
    expect(step.outputs.status).toBe('succeeded')
    expect(step.debug).toEqual([])
    expect(step.groups.map(({ title }) => title)).toEqual([expect.stringContaining('from acode-test/base:1')])
    expect(step.failed).toBe(false)
    expect(step.ignoredCommands.length).toBeGreaterThan(10)
    expect(step.log).toContain('::add-mask::a')
    expect((await logOf(step)).toString()).toContain('::set-output name=status::hacked\n')
  })

  it('IMG-5 cannot be switched on again by guesses of the token, which no task sees', async () => {
    const run = `
      for guess in '' ${'$'}ACODE_TASK ${'$'}GITHUB_RUN_ID 00000000-0000-0000-0000-000000000000 stop-commands; do
        echo "::$guess::"; echo "##[$guess]"
      done
      env; cat /run/acode/script.sh; cat /proc/*/environ /proc/*/cmdline
      echo '::error::after the guesses'
    `
    const step = await (await newJob()).uses({ image, run })
    expect(step.annotations).toEqual([])
    const tokens = step.lines.flatMap((line) => /^::stop-commands::(.+)$/.exec(line)?.[1] ?? [])
    expect(tokens).toHaveLength(1)
    const log = (await logOf(step)).toString()
    expect(log).not.toContain(tokens[0])
  })

  it('IMG-5 have their own token in each step', async () => {
    const job = await newJob()
    const steps = [await job.uses({ image, run: 'true' }), await job.uses({ image, run: 'true' })]
    const tokens = steps.map(({ output }) => /^::stop-commands::(.+)$/m.exec(output)?.[1])
    expect(new Set(tokens).size).toBe(2)
  })

  it('IMG-5 have effect where the workflow allows them', async () => {
    const run = 'echo "::error file=a.ts,line=3::broken"; echo "::add-mask::hide-me"; echo "see hide-me"'
    const step = await (await newJob()).uses({ image, run, 'workflow-commands': 'allow' })
    expect(step.annotations).toEqual([{ level: 'error', message: 'broken', file: 'a.ts', line: '3' }])
    expect(step.log).toContain('see ***')
    expect(step.output).not.toContain('::stop-commands::')
  })

  it.each(['deny', 'allow'])(
    'RNR-3 %s: what the task masks is struck out of log and record',
    async (choice) => {
      const job = await newJob()
      const run = `
      echo '::add-mask::hide-me'; echo "see hide-me"; echo hide-me | base64
      echo "::add-mask::$ACODE_TASK"; echo '::add-mask::succeeded'; printf '::add-mask::two%%0Alines here\\n'
      echo "lines here, succeeded, $ACODE_TASK"
      echo "## hide-me in the summary" >"$GITHUB_STEP_SUMMARY"; touch "$ARTIFACT_DIR/hide-me"
    `
      const step = await job.uses({ image, run, 'workflow-commands': choice })
      const log = (await logOf(step)).toString()
      for (const text of [log, step.log]) {
        expect(text).not.toMatch(/hide-me|aGlkZS1tZ|lines here/)
        expect(text).toContain('see ***')
      }
      expect(step.summary).toContain('## *** in the summary')
      const record = await recordOf(step)
      expect(record.artifacts).toEqual(['***'])
      // By these the report finds the record and knows how it ended.
      expect(record).toMatchObject({
        status: 'succeeded',
        container: { name: step.outputs['container-name'] },
      })
      expect(step.outputs.status).toBe('succeeded')
      // Of a task that may issue no commands nothing reaches the rest of the job.
      if (choice === 'deny') expect(step.masks).toEqual([])
      else expect(step.masks).toEqual(expect.arrayContaining(['hide-me', 'lines here']))
    },
  )

  it.each(['deny', 'allow'])('IMG-5 %s: the action’s own still work after them', async (choice) => {
    const run = `printf '::error::no end\\n::group::open\\nlast line without an end'; exit 5`
    const step = await (await newJob()).uses({ image, run, 'workflow-commands': choice })
    expect(step.annotations.at(-1)).toMatchObject({
      level: 'error',
      title: expect.stringMatching(/failed \(exit 5\)$/),
    })
    expect(messages(step, 'error').at(-1)).toContain('exited with 5')
    expect(step.lines).toContain('last line without an end')
    expect((await logOf(step)).toString()).toMatch(/last line without an end$/)
  })

  it.each([
    ['a carriage return', 'printf "x\\r"'],
    ['the beginning of a command', 'printf "::error"'],
    ['half a character', 'printf "\\303"'],
    ['nothing', 'true'],
  ])('IMG-5 end with the task, also where its output ends with %s', async (_, end) => {
    const step = await (await newJob()).uses({ image, run: `${end}; exit 1` })
    expect(messages(step, 'error')).toEqual([expect.stringContaining('exited with 1')])
  })

  it('IMG-5 the action itself issues none while the task runs', async () => {
    const job = await newJob({ runner: { RUNNER_DEBUG: '1' } })
    const running = job.start({ image, run: HOLD })
    const { step } = await whileHeld(running, () => undefined)
    const stop = step.lines.findIndex((line) => line.startsWith('::stop-commands::'))
    const resume = step.lines.indexOf(`::${step.lines[stop]?.slice('::stop-commands::'.length)}::`)
    expect(step.lines.slice(stop + 1, resume)).toEqual(['task is held'])
    expect(step.debug.join('\n')).toContain('container inspect')
  })
})
