import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { craftedImage } from '../support/crafted-image.ts'
import { imageName } from '../support/engine.ts'
import { jobs, sessionOf } from '../support/jobs.ts'
import { living, makeManaged } from '../support/managed-container.ts'
import type { Inputs, Job, StepResult } from '../support/runner.ts'
import { someOf } from '../support/slow.ts'

const image = imageName.base
/** Each line of it is a command where it is printed as it is; the first stops what comes after it. */
const HOSTILE =
  'x\n::add-mask::hidden\r::error::forged\n##[set-output name=status]succeeded\n\u00a0::stop-commands::mine\n'
/** What a task prints that has got its own token to resume by. */
const TASK = 'echo "::mine::"; echo "::error::from the task"; echo "see hidden"'

/** Of all that the step printed, only its own commands were carried out. */
function expectNoCommand(step: StepResult): void {
  const forged = step.annotations.filter(({ message }) => /^(forged|from the task)/.test(message))
  expect(forged, step.log).toEqual([])
  expect(step.masks).toEqual([])
  expect(step.groups.filter(({ title }) => !/^(acode-|Pulling |Uploading )/.test(title))).toEqual([])
  const stop = step.lines.findIndex((line) => /^::stop-commands::[\da-f-]{36}$/.test(line))
  const resume = step.lines.indexOf(`::${step.lines[stop]?.slice('::stop-commands::'.length)}::`)
  const own = stop < 0 ? step.lines : step.lines.toSpliced(stop, resume - stop + 1)
  expect(own.filter((line) => /##\[|^\s*::(?!(debug|group|endgroup|warning|error)\b)/.test(line))).toEqual([])
}

describe('text of others is no workflow command', () => {
  const newJob = jobs()
  const uses = async (inputs: Inputs, job?: Job) =>
    (job ?? (await newJob({ runner: { RUNNER_DEBUG: '1' } }))).uses({ run: TASK, ...inputs })

  it.each(
    someOf(
      [
        ['architecture', { architecture: HOSTILE }, {}],
        ['variant', { variant: HOSTILE }, {}],
        ['labels', { labels: { 'acode.owner': HOSTILE, [HOSTILE]: HOSTILE } }, {}],
        ['USER', { user: HOSTILE }, { user: 'image', profile: 'standard' }],
        ['USER that is a number first', { user: `0:${HOSTILE}` }, { user: 'image', profile: 'standard' }],
      ],
      3,
    ),
  )('of an image: its %s (RNR-3)', async (what, config, inputs) => {
    const name = await craftedImage(`acode-test/crafted:${what.length}`, config)
    expectNoCommand(await uses({ image: name, pull: 'never', ...inputs }))
  })

  it('of a registry', async () => {
    const registry = createServer((request, response) => {
      const isRoot = request.url === '/v2/'
      response.writeHead(isRoot ? 200 : 403, { 'content-type': 'application/json' })
      response.end(isRoot ? '{}' : JSON.stringify({ errors: [{ code: 'DENIED', message: HOSTILE }] }))
    }).listen(0, '127.0.0.1')
    await once(registry, 'listening')
    onTestFinished(() => void registry.close())
    const { port } = registry.address() as AddressInfo
    const step = await uses({ image: `127.0.0.1:${port}/evil:1`, pull: 'always' })
    expect(step.outputs['error-code']).toBe('ACODE-CTN-004')
    expectNoCommand(step)
  })

  it('of another container: its owner and its name', async () => {
    const job = await newJob({ runner: { RUNNER_DEBUG: '1' } })
    const session = `${sessionOf(job)}x`
    await makeManaged({ name: `acode-${session}-a`, session, owner: { ...living(), host: HOSTILE } })
    await makeManaged({ name: `acode-${session}-b`, session, owner: HOSTILE })
    const step = await uses({ image }, job)
    expect(step.debug.join()).toContain(`acode-${session}-a`)
    expectNoCommand(step)
    expectNoCommand(await step.post())
  })

  it.each<[string, Inputs]>(
    someOf(
      [
        ['command', { command: JSON.stringify(['echo', HOSTILE]), run: '' }],
        ['labels', { labels: `a<<END\n${HOSTILE}\nEND` }],
        ['image', { image: HOSTILE }],
        ['task-id', { 'task-id': HOSTILE }],
        ['options', { options: `--label "x=${HOSTILE}" --hostname "${HOSTILE}"` }],
        ['mounts', { mounts: `##[error]forged:/x` }],
        ['working-directory', { 'working-directory': `##[error]forged` }],
        ['env', { env: `${HOSTILE}` }],
        [
          'payload',
          { task: JSON.stringify({ container: { image, [HOSTILE]: 1, command: [HOSTILE] } }), run: '' },
        ],
      ],
      4,
    ),
  )('of the workflow: its %s', async (_, inputs) => {
    expectNoCommand(await uses({ image, ...inputs }))
  })

  it('of the task: names of its files and outputs', async () => {
    const run = `${TASK}
      cd "$ARTIFACT_DIR"; ln -s / "$(printf '%s\\n::error::forged' '##[error]forged')"; ln -s / '##[error]forged'
      printf '##[error]forged=1\\n::error::forged\\\\r::error::forged=2\\n' >>"$GITHUB_OUTPUT"`
    const step = await uses({ image, run })
    expect(step.annotations.length).toBeGreaterThan(0)
    expectNoCommand(step)
  })

  it('shows what it was', async () => {
    const step = await uses({
      image,
      command: JSON.stringify(['echo', '::error::x', '\x1b[31m##[group]']),
      run: '',
    })
    expect(step.output).toContain('echo ::error::x "\\u001b[31m# #[group]"')
  })
})
