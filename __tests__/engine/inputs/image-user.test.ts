import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { jobs } from '../../support/jobs.ts'
import { artifactOf, recordOf } from '../../support/record.ts'
import { someOf } from '../../support/slow.ts'

describe('a task’s user on a runner that is root', () => {
  const newJob = jobs()
  const run = `
    echo "user $(id -u):$(id -g)"; echo 1 >"$HOME/x"; echo 1 >file; echo "a=1" >>"$GITHUB_OUTPUT"
    echo done >"$ARTIFACT_DIR/done"; echo "secret has $(wc -c </run/acode/secrets/KEY)"
    ls -ln /run/acode/secrets/KEY
  `
  const inputs = { run, workspace: 'none', secrets: 'KEY=abcdef' }

  it.each(
    someOf(
      [
        ['image', imageName.user, '1000:1000', 'app'],
        ['image', imageName.base, '0:0', 'root'],
        ['runner', imageName.user, '0:0', '0:0'],
        ['1234', imageName.base, '1234:0', '1234'],
        ['1234:2345', imageName.user, '1234:2345', '1234:2345'],
      ],
      3,
    ),
  )('IMG-3 user: %s of %s is %s, with folders that are its own', async (user, image, ids, recorded) => {
    const step = await (await newJob()).uses({ ...inputs, image, user })
    expect(step.outputs, step.output).toMatchObject({ status: 'succeeded', a: '1' })
    expect(step.lines).toEqual(expect.arrayContaining([`user ${ids}`, 'secret has 6']))
    expect(step.output).toMatch(new RegExp(`^-r--------\\s+1 ${ids.split(':')[0]} `, 'm'))
    expect(await artifactOf(step, 'done')).toBe('done\n')
    const { container, cleanup } = await recordOf(step)
    expect({ user: container.user, failed: cleanup.failed }).toEqual({ user: recorded, failed: [] })
  })
})
