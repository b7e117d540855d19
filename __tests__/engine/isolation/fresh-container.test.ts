import { describe, expect, it } from 'vitest'
import { imageName } from '../../support/engine.ts'
import { recordOf } from '../../support/record.ts'
import { messages } from '../../support/runner.ts'
import { TaskJob } from '../../support/task-job.ts'

const base = { image: imageName.base, network: 'none', workspace: 'bind' }
const LOOK = `
  for place in /leaf /tmp/leaf "$HOME/leaf" "$ARTIFACT_DIR/leaf" /run/acode/leaf /dev/shm/leaf /usr/leaf; do
    if [ -e "$place" ]; then echo "found $place"; else echo "no $place"; fi
  done
  echo "env: [$LEAF]"
  ps | grep -c '[s]leep 4242' || true
  cat "$GITHUB_OUTPUT" "$GITHUB_STEP_SUMMARY"
`
const LEAVE = `
  export LEAF=exported
  for place in /leaf /tmp/leaf "$HOME/leaf" "$ARTIFACT_DIR/leaf" /run/acode/leaf /dev/shm/leaf /usr/leaf; do
    echo leaf >"$place"
  done
  echo leaf=yes >>"$GITHUB_OUTPUT"
  echo leaf >>"$GITHUB_STEP_SUMMARY"
  sleep 4242 &
  until ps | grep -q '[s]leep 4242'; do :; done
`

describe('CTN-1, CTN-10 two tasks in turn', () => {
  it('share no files outside of the workspace, no variables and no processes', async () => {
    const { job } = await TaskJob.create()
    const first = await job.uses({ ...base, run: LEAVE + LOOK, env: 'LEAF=given' })
    expect(first.output).toContain('found /leaf')
    expect(first.output).not.toContain('no /')
    expect(first.output).toContain('env: [exported]\n1\n')

    const second = await job.uses({ ...base, run: LOOK })
    expect(second.failed, second.log).toBe(false)
    expect(second.output).not.toContain('found ')
    expect(second.output).toContain('env: []\n0\n')
    expect(second.output).not.toContain('leaf=yes')
    expect(second.outputs.leaf).toBeUndefined()
  })

  it('run in two containers with their own names', async () => {
    const { job } = await TaskJob.create()
    const first = await job.uses({ ...base, run: 'true' })
    const second = await job.uses({ ...base, run: 'true' })
    expect(first.outputs['container-id']).not.toBe(second.outputs['container-id'])
    expect(first.outputs['container-name']).not.toBe(second.outputs['container-name'])
    expect(messages(second, 'warning')).toEqual([])
  })

  it('do not share what the first wrote into anonymous volumes of its image', async () => {
    const { job } = await TaskJob.create()
    const volume = { ...base, workspace: 'none', 'workspace-path': '/src' }
    await job.uses({ ...volume, run: 'echo leaf >/src/leaf' })
    const second = await job.uses({ ...volume, run: 'ls -A /src; echo end' })
    expect(second.output).not.toContain('leaf')
    expect((await recordOf(second)).status).toBe('succeeded')
  })
})
