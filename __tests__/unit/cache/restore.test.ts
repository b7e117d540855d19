import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { COMPLETE } from '../../../src/cache/cache-tar.ts'
import { volumePrefix } from '../../../src/cache/repository.ts'
import { restoreAll } from '../../../src/cache/restore.ts'
import { ServiceGate } from '../../../src/cache/service-gate.ts'
import { writeTar } from '../../../src/formats/tar-writer.ts'
import { processIdentity } from '../../../src/host/identity.ts'
import { json } from '../../support/fake-engine.ts'
import { deadLabels, type Had, keepingEngine } from '../../support/keeping-engine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const REPOSITORY = { server: 'https://github.com', name: 'octo/repo' }
const OWNER = { uid: 1001, gid: 127 }
const MAIN = 'refs/heads/main'
const ENTRY = {
  ...{ name: 'npm', target: '/var/cache/acode/npm', key: 'npm-1', restoreKeys: [], version: 'v' },
  ...{ variables: {}, leaveOut: null },
}
const FIT = createHash('sha256')
  .update([REPOSITORY.server, REPOSITORY.name, ENTRY.version, OWNER.uid, OWNER.gid].join('\n'))
  .digest('hex')
  .slice(0, 32)
const KEPT: Had = {
  name: `${volumePrefix(REPOSITORY)}.1`,
  labels: {
    ...{ 'acode.cache': 'npm', 'acode.cache-key': 'npm-1', 'acode.cache-ref': MAIN },
    'acode.cache-for': FIT,
  },
}

/** The claim of the run that has made the cache and fills it. */
function claimOf(isDead: boolean): Had {
  const owner = JSON.stringify(processIdentity())
  const labels = { ...deadLabels('other'), ...(!isDead && { 'acode.owner': owner }) }
  return { name: 'acode-s1-other.claim-1', labels: { ...labels, 'acode.fills': KEPT.name } }
}

/** Looks for the cache; `contents` is what its volume has to its end each time that it is looked into. */
async function restore(volumes: readonly Had[], contents: (string | null)[] = []) {
  const { docker, volumes: left } = await keepingEngine({ volumes }, (asked, answer) => {
    if (asked.method !== 'GET' || !asked.url?.includes('/archive?')) return false
    const content = contents.shift() ?? null
    if (content === null)
      json({ message: `Could not find the file /${COMPLETE} in container` }, 404)(asked, answer)
    else Readable.from(archiveOf(content)).pipe(answer)
    return true
  })
  const restoring = {
    ...{ docker, owner: OWNER, ref: MAIN, repository: REPOSITORY, most: { files: 10, bytes: 1000 } },
    helper: { name: 'acode-s1-unit', image: 'sha256:1', labels: {} },
    scope: { ref: MAIN, readable: [MAIN], mayWrite: true, readOnlyReason: null },
    gate: new ServiceGate({}, temporaryFolder()),
    cancel: new AbortController().signal,
    scratch: () => Promise.reject(new Error('nothing is downloaded')),
    touch: async () => undefined,
  }
  const [found] = await restoreAll(restoring, [ENTRY], () => undefined)
  return { result: found?.result, left: left.map(({ name }) => name) }
}

function archiveOf(content: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content)
  const about = { mode: 0o444, uid: 0, gid: 0, size: bytes.length }
  return writeTar([{ path: COMPLETE, type: 'file', ...about, content: [bytes] }])
}

it('BES-3 a cache that another task has made and not begun to fill is left to it', async () => {
  const claim = claimOf(false)
  const { result, left } = await restore([KEPT, claim])
  expect(result).toBe('miss')
  expect(left).toEqual([KEPT.name, claim.name])
})

it('BES-3 a cache that is not whole is removed where nothing fills it', async () => {
  expect((await restore([KEPT])).left).toEqual([])
  const claim = claimOf(true)
  expect((await restore([KEPT, claim])).left).toEqual([claim.name])
})

it('BES-3 a cache that becomes whole while it is looked into is used', async () => {
  const { result, left } = await restore([KEPT], [null, '{"files":1,"bytes":7}'])
  expect(result).toBe('hit')
  expect(left).toEqual([KEPT.name])
})
