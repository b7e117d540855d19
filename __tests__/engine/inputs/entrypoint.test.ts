import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { logOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'

const image = imageName.entry
const words = ['echo', 'two words', '', `it's "$HOME" *`, '--flag=a,b']

describe('entrypoints', () => {
  const newJob = jobs()
  const logFor = async (inputs: Record<string, string>) => {
    const job = await newJob()
    const setUp = path.join(job.workspace, 'set up.sh')
    writeFileSync(setUp, '#!/bin/sh\nset -e\nexport READY=yes\necho "set up for: $*"\nexec "$@"\n')
    chmodSync(setUp, 0o755)
    const step = await job.uses(inputs)
    expect(step.outputs.status, step.output).toBe('succeeded')
    return (await logOf(step)).toString()
  }

  it('IMG-7 the image’s own gets a command list, word by word', async () => {
    const text = await logFor({ image, command: JSON.stringify(words) })
    expect(text).toBe(`entry: ${words.join(' ')}\n${words.slice(1).join(' ')}\n`)
  })

  it('RUN-5 a command list is passed as it is when there is none', async () => {
    const text = await logFor({ image: imageName.base, command: JSON.stringify(words) })
    expect(text).toBe(`${words.slice(1).join(' ')}\n`)
  })

  it('RUN-5 a command in YAML is a list of words, too', async () => {
    expect(await logFor({ image, command: '- echo\n- a b\n- "1"' })).toBe('entry: echo a b 1\na b 1\n')
  })

  it('IMG-7 the image’s own does not get in the way of a script', async () => {
    expect(await logFor({ image, run: 'echo script' })).toBe('script\n')
  })

  it('IMG-7 one that the task names replaces the image’s', async () => {
    const text = await logFor({ image, entrypoint: 'echo', command: '["a", "b"]' })
    expect(text).toBe('a b\n')
  })

  it('IMG-7 a list goes before the command', async () => {
    const entrypoint = JSON.stringify(['env', 'WITH=a value'])
    const command = JSON.stringify(['sh', '-c', 'echo "$WITH $1"', 'sh', 'x y'])
    expect(await logFor({ image, entrypoint, command })).toBe('a value x y\n')
  })

  it.each([
    ['a script', { run: 'echo "ready: $READY"' }, 'set up for: sh -e /run/acode/script.sh\nready: yes\n'],
    ['a command', { command: '["env", "echo", "x y"]' }, 'set up for: env echo x y\nx y\n'],
  ])('IMG-7 a set-up script that ends in exec "$@" runs %s', async (_, inputs, text) => {
    expect(await logFor({ image, entrypoint: './set up.sh', ...inputs })).toBe(text)
  })

  // The init process starts the command: that it cannot is reported as a shell would report it.
  it.each(
    someOf(
      [
        ['is not there', 'no-such-program', '127'],
        ['is no program', '/etc/passwd', '126'],
      ],
      1,
    ),
  )('RUN-11 a command that %s fails with an exit code and a line that names it', async (_, program, code) => {
    const step = await (await newJob()).uses({ image: imageName.base, command: JSON.stringify([program]) })
    expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': code })
    expect((await logOf(step)).toString()).toContain(program)
  })

  it.each(someOf([125, 126, 127, 1, 255], 2))(
    'RUN-11 a command that exits with %i failed with that',
    async (code) => {
      const command = JSON.stringify(['sh', '-c', `exit ${code}`])
      const step = await (await newJob()).uses({ image: imageName.base, command })
      expect(step.outputs).toMatchObject({ status: 'failed', 'exit-code': String(code), 'error-code': '' })
    },
  )
})
