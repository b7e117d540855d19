import { describe, expect, it } from 'vitest'
import { OWN_OUTPUTS } from '../../src/record/collect/task-outputs.ts'
import { imageName } from '../support/engine.ts'
import { jobs } from '../support/jobs.ts'
import { recordOf } from '../support/record.ts'
import { messages } from '../support/runner.ts'

const image = imageName.base

describe('what a task writes to $GITHUB_OUTPUT and $GITHUB_STEP_SUMMARY', () => {
  const newJob = jobs()

  it('ACT-2 becomes outputs of the step, values of several lines too', async () => {
    const run = `
      echo 'plain=a=b "c" %0A' >>"$GITHUB_OUTPUT"
      echo 'empty=' >>"$GITHUB_OUTPUT"
      { echo 'text<<END OF IT'; echo 'first'; echo; echo ' third='; echo 'END OF IT'; } >>"$GITHUB_OUTPUT"
      echo 'plain=the last one counts' >>"$GITHUB_OUTPUT"
    `
    const step = await (await newJob()).uses({ image, run })
    const expected = { plain: 'the last one counts', empty: '', text: 'first\n\n third=' }
    expect(step.outputs).toMatchObject(expected)
    expect(JSON.parse(step.outputs.outputs ?? '')).toEqual(expected)
    expect(step.failed, step.output).toBe(false)
  })

  it('ACT-2 cannot replace the outputs that the action sets, and says so', async () => {
    const run = 'printf "status=fine\\noutputs=x\\nown=yes\\n" >>"$GITHUB_OUTPUT"; exit 3'
    const step = await (await newJob()).uses({ image, run })
    expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': '3', own: 'yes' })
    expect(JSON.parse(step.outputs.outputs ?? '')).toEqual({ status: 'fine', outputs: 'x', own: 'yes' })
    expect(messages(step, 'warning')[0]).toMatch(/line 1: "status" .*\n.*line 2: "outputs" /)
  })

  it('ACT-2 cannot reach the runner’s own files: values are kept apart by delimiters of ours', async () => {
    const run = `
      { echo 'evil<<E'; echo 'status=succeeded'; echo 'ghadelimiter_'; echo 'status<<E2'; echo 'E'; } >>"$GITHUB_OUTPUT"
      exit 1
    `
    const step = await (await newJob()).uses({ image, run })
    expect(step.outputs).toMatchObject({
      status: 'failed',
      evil: 'status=succeeded\nghadelimiter_\nstatus<<E2',
    })
  })

  it('ACT-2 follows the action’s own table in the job summary', async () => {
    const run = 'printf "# Coverage\\n\\n| a |\\n|---|\\n| ä |\\n" >>"$GITHUB_STEP_SUMMARY"'
    const step = await (await newJob()).uses({ image, run })
    expect(step.summary).toMatch(/^### ✅/)
    expect(step.summary).toContain('\n# Coverage\n\n| a |\n|---|\n| ä |\n')
  })

  it('ACT-2 is cut where the summary is more than the runner takes', async () => {
    const run = 'yes "- a line of the summary" | head -n 100000 >>"$GITHUB_STEP_SUMMARY"'
    const step = await (await newJob()).uses({ image, run })
    expect(step.failed, step.output).toBe(false)
    expect(Buffer.byteLength(step.summary)).toBeLessThan(1024 * 1024)
    expect(step.summary).toMatch(/^### ✅/)
    expect(step.summary).toContain('summary was cut here')
  })

  it('ACT-2 warns, and passes none on, where the output file is larger than 1 MiB', async () => {
    const run = 'head -c 2000000 /dev/zero | tr "\\0" a >>"$GITHUB_OUTPUT"'
    const step = await (await newJob()).uses({ image, run })
    expect(step.outputs).toMatchObject({ status: 'succeeded', outputs: '{}' })
    expect(messages(step, 'warning')).toEqual([expect.stringContaining('1 MiB')])
    expect(step.failed).toBe(false)
  })

  it.each([
    ['is no KEY=VALUE', 'printf "ok=1\\nno separator\\nlate=1\\n" >>"$GITHUB_OUTPUT"'],
    ['has a heredoc without end', 'printf "ok=1\\nkey<<END\\nvalue\\nlate=1\\n" >>"$GITHUB_OUTPUT"'],
    ['has no name', 'printf "ok=1\\n=x\\nlate=1\\n" >>"$GITHUB_OUTPUT"'],
  ])('RNR-1 fails the step as GitHub does, after the good lines, where a line %s', async (_, run) => {
    const step = await (await newJob()).uses({ image, run })
    expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': '0', 'error-code': 'ACODE-CTN-006' })
    expect(JSON.parse(step.outputs.outputs ?? '')).toEqual({ ok: '1' })
    expect(step.outputs).toMatchObject({ ok: '1' })
    expect(step.outputs).not.toHaveProperty('late')
    expect(messages(step, 'error')).toEqual([expect.stringContaining('line 2 of its $GITHUB_OUTPUT')])
    expect((await recordOf(step)).status).toBe('failed')
    expect(step.failed).toBe(true)
  })

  it.each([
    ['a<=1', {}],
    ['STATUS=succeeded', {}],
    ['k<x<<EOF=1\nstatus=succeeded\nEOF=1', {}],
    ['a<b<<EOF\nx\nEOF', {}],
    ['ghadelimiter_x=1\nEXIT-code=0\nName=1\nname=2', { ghadelimiter_x: '1', Name: '1' }],
  ])('ACT-2 cannot forge outputs of the action by %j', async (text, expected) => {
    const run = `cat >>"$GITHUB_OUTPUT" <<'THE_END'\n${text}\nok=1\nTHE_END\nexit 3`
    const step = await (await newJob()).uses({ image, run })
    const { ok, outputs, ...others } = step.outputs
    expect(ok).toBe('1')
    expect(others).toMatchObject({ status: 'failed', 'exit-code': '3', ...expected })
    expect(
      Object.keys(others)
        .filter((name) => !Object.hasOwn(expected, name))
        .sort(),
    ).toEqual(OWN_OUTPUTS.filter((name) => name !== 'outputs').toSorted())
    expect(messages(step, 'error')).toEqual([expect.stringContaining('exited with 3')])
    expect(messages(step, 'warning')).toEqual([expect.stringMatching(/line \d/)])
  })

  it('RUN-11 is passed on from a task that failed, too', async () => {
    const step = await (await newJob()).uses({ image, run: 'echo "done=half" >>"$GITHUB_OUTPUT"; exit 9' })
    expect(step.outputs).toMatchObject({ done: 'half', status: 'failed', 'exit-code': '9' })
    expect(step.failed).toBe(true)
  })
})
