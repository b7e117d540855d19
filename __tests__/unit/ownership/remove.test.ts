import { describe, expect, it } from 'vitest'
import { EngineError } from '../../../src/engine/errors.ts'
import {
  folderStillThere,
  imagesNotLookedFor,
  notLookedFor,
  orphansNotLookedFor,
  removeVolume,
  stillThere,
  tryRemove,
  tryRemoveHeld,
} from '../../../src/ownership/remove.ts'
import type { Surveyed } from '../../../src/ownership/survey.ts'
import { removeOrphans } from '../../../src/ownership/sweep.ts'
import { failureOf } from '../../support/failures.ts'
import { type Answer, fakeEngine, json } from '../../support/fake-engine.ts'

const silentError = new EngineError('timeout', 'container list', 'container list did not answer within 20 s')

describe('ACODE-CTN-002 has the command that finishes the job (CTN-12)', () => {
  it.each([
    [
      'a container that is still there',
      stillThere('acode-s-a', 'it is busy', 'container'),
      'docker rm --force --volumes acode-s-a',
    ],
    [
      'a network that is still there',
      stillThere('acode-s-a.network-1', 'in use', 'network'),
      'docker network rm acode-s-a.network-1',
    ],
    ['a volume that is still there', stillThere('v', 'in use', 'volume'), 'docker volume rm --force v'],
    [
      'what could not be looked for',
      notLookedFor('acode-s-a-b', silentError),
      'docker rm --force --volumes acode-s-a-b; docker network prune --force --filter label=acode.session=s --filter label=acode.task=a-b',
    ],
    [
      'orphans that could not be looked for',
      orphansNotLookedFor(silentError),
      'docker ps --all --filter label=acode.managed=true',
    ],
    [
      'images that could not be looked for',
      imagesNotLookedFor(silentError),
      'docker image ls --filter label=acode.image',
    ],
    [
      'a folder that is still there',
      folderStillThere("/tmp/a b's", new Error('EACCES')),
      `sudo rm --recursive --force -- '/tmp/a b'\\''s'`,
    ],
  ])('%s', (_what, message, command) => {
    expect(message.endsWith(command)).toBe(true)
  })
})

describe('CTN-11 a volume that an engine holds since it was restarted under its task', () => {
  it('is kept with what ends that, and no command that cannot help', async () => {
    const message = 'remove v: volume has active mounts'
    const { docker } = await fakeEngine(json({ message }, 409))
    const removal = await tryRemoveHeld(docker, 'volume', 'v', { patienceMs: 300 })
    expect(removal).toMatchObject({ removed: false, failure: null })
    expect(removal.kept).toMatch(/live-restore.*unmount its mountpoint.*restart the engine/)
  })
})

describe('CTN-5 a volume of the run that its container holds a moment longer', () => {
  const IN_USE = json({ message: 'remove v: volume is in use' }, 409)

  it('is tried again', async () => {
    const answers = [IN_USE, IN_USE, json({}, 204)]
    const { docker } = await fakeEngine((asked, answer) => answers.shift()?.(asked, answer))
    await removeVolume(docker, 'v')
    expect(answers).toEqual([])
  })

  it('is reported with the command that removes it where it stays', async () => {
    const { docker } = await fakeEngine(IN_USE)
    const { code, message } = await failureOf(() => removeVolume(docker, 'v'))
    expect(code).toBe('ACODE-CTN-002')
    expect(message).toMatch(/volume is in use.*remove it with: docker volume rm --force v$/)
  })
})

const CONFLICT = json({ message: 'removal of container is already in progress' }, 409)
const state = (Status: string) =>
  json({
    ...{ Id: 'a'.repeat(64), Name: '/acode-s-a', Image: 'sha256:1', Config: { Labels: {} }, Mounts: [] },
    State: { Status, ExitCode: 0, OOMKilled: false, Error: '', StartedAt: '', FinishedAt: '' },
  })

describe('tryRemove (CTN-11)', () => {
  it('leaves a container to another process that is removing it', async () => {
    const { docker } = await fakeEngine((asked, answer) =>
      asked.method === 'DELETE' ? CONFLICT(asked, answer) : state('removing')(asked, answer),
    )
    expect(await tryRemove(docker, 'a', { patienceMs: 0 })).toMatchObject({ removed: false, failure: null })
  })

  it('says why one that is not removed is still there', async () => {
    const { docker } = await fakeEngine((asked, answer) =>
      asked.method === 'DELETE' ? CONFLICT(asked, answer) : state('running')(asked, answer),
    )
    expect((await tryRemove(docker, 'a', { patienceMs: 0 })).failure).toContain('already in progress')
  })
})

const owner = { host: 'h', boot: 'b', pidNamespace: 'n', pid: 7, start: '1' }
const orphans = (count: number): Surveyed[] =>
  Array.from({ length: count }, (_, index) => ({
    one: {
      ...{
        kind: 'container' as const,
        id: `c${index}`,
        name: `acode-s-${index}`,
        imageId: null,
        state: null,
      },
      ...{ labels: {}, shared: null, owner: { ...owner, pid: index + 1 }, deadline: null },
    },
    verdict: { kind: 'orphan', reason: 'owner-dead' },
  }))
const witness = {
  ...{ self: owner, nowSeconds: 0, startTime: () => null, exists: () => true },
}

describe('whether all is removed, so that post need not look again (CTN-6, CTN-11)', () => {
  const GONE = json({ message: 'no such container' }, 404)
  /** An engine that answers removals in this order, the last one for ever, and what is asked of the container otherwise. */
  const engineThat = async (otherwise: Answer, ...removals: Answer[]) => {
    const { docker } = await fakeEngine((asked, answer) => {
      if (asked.method !== 'DELETE') return otherwise(asked, answer)
      const next = removals.length > 1 ? removals.shift() : removals[0]
      next?.(asked, answer)
    })
    return docker
  }
  it('is not for what a stranger left to say, which another process removes', async () => {
    const inUse = json({ message: 'volume is in use' }, 409)
    const { docker } = await fakeEngine((asked, answer) => {
      const removal = asked.url?.includes('/volumes/') ? inUse : CONFLICT
      return (asked.method === 'DELETE' ? removal : state('removing'))(asked, answer)
    })
    const [container] = orphans(1)
    if (container === undefined) throw new Error('there is no orphan')
    const volume: Surveyed = { ...container, one: { ...container.one, kind: 'volume', id: 'v' } }
    const { failed } = await removeOrphans(docker, { all: [container, volume], witness })
    expect(failed).toEqual([])
    expect(docker.containers.areRemoved).toBe(true)
    expect(docker.volumes.areRemoved).toBe(true)
  })

  it('is so where another process removed ours', async () => {
    const docker = await engineThat(GONE, CONFLICT)
    expect((await tryRemove(docker, 'a')).failure).toBeNull()
    expect(docker.containers.areRemoved).toBe(true)
  })

  it('is not so while one of ours is there; and is when it is gone', async () => {
    const busy = json({ message: 'busy' }, 500)
    const docker = await engineThat(state('removing'), busy, CONFLICT, GONE)
    for (const patienceMs of [0, 0]) {
      await tryRemove(docker, 'a', { patienceMs })
      expect(docker.containers.areRemoved).toBe(false)
    }
    await tryRemove(docker, 'a')
    expect(docker.containers.areRemoved).toBe(true)
  })

  it('is not so while a volume of ours is there; and is when it is gone', async () => {
    const docker = await engineThat(GONE, json({ message: 'volume is in use' }, 409), GONE)
    await tryRemoveHeld(docker, 'volume', 'v', { patienceMs: 0 })
    expect(docker.volumes.areRemoved).toBe(false)
    await tryRemoveHeld(docker, 'volume', 'v', { patienceMs: 0 })
    expect(docker.volumes.areRemoved).toBe(true)
  })
})

describe('removeOrphans (CTN-11)', () => {
  it('asks for a few at a time, and adds up what they had written', async () => {
    let now = 0
    let most = 0
    const remove: Answer = (_asked, answer) => {
      most = Math.max(most, ++now)
      setImmediate(() => {
        now--
        answer.writeHead(204).end()
      })
    }
    const { docker } = await fakeEngine((asked, answer) =>
      asked.method === 'DELETE' ? remove(asked, answer) : json({ SizeRw: 10 })(asked, answer),
    )
    const sweep = await removeOrphans(docker, { all: orphans(60), witness })
    expect(sweep).toMatchObject({ failed: [], kept: [], freedBytes: 600 })
    expect(sweep.orphans).toHaveLength(60)
    expect(most).toBeLessThanOrEqual(16)
  })

  it('asks an engine that does not answer for no more, and says so once', async () => {
    const answer: Answer = (asked, reply) => {
      if (asked.method === 'DELETE') reply.destroy()
      else json({})(asked, reply)
    }
    const { docker, requests } = await fakeEngine(answer)
    const { failed, orphans: removed } = await removeOrphans(docker, { all: orphans(60), witness })
    expect(removed).toEqual([])
    expect(requests.filter((one) => one.startsWith('DELETE')).length).toBeLessThanOrEqual(16)
    expect(failed.at(-1)).toMatch(/^\d+ more orphans were not tried, since the engine does not answer/)
  })
})
