import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { optionNames } from '../../../src/container/options/options.ts'
import { TaskError } from '../../../src/errors.ts'
import { TaskFileError } from '../../../src/plan/file/faults.ts'
import { readTaskFile } from '../../../src/plan/file/task-file.ts'
import { type ImagePart, type Lock, lockCheck, lockedImages } from '../../../src/plan/lock/lock.ts'
import { lockFileText, readLockFile, writeLockFile } from '../../../src/plan/lock/lock-file.ts'
import { changesOf, lockTasks } from '../../../src/plan/lock/lock-tasks.ts'
import { policyOf, withoutImages } from '../../../src/plan/policy/policy.ts'
import { policyCheck } from '../../../src/plan/policy/policy-check.ts'
import { lockedReference } from '../../../src/task/locked.ts'
import { failureOf } from '../../support/failures.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { inline, inputsOf, type Written } from './files.ts'

const OLD = `sha256:${'a'.repeat(64)}`
const NEW = `sha256:${'b'.repeat(64)}`
const FILE = '.github/images.lock'

const TASKS = `
- { id: one, container: { image: node:22, run: x } }
- { id: two, container: { toolchain: go, run: x } }
- { id: pinned, container: { image: "app@${OLD}", run: x } }
- { id: built, container: { build: ., run: x } }
- { id: own, container: { image: own:1, digests: { "own:1": "${NEW}" }, run: x } }
`

/** Plans tasks with a lock file and registries, as the action does. */
async function planned(
  written: Written,
  lockFile: Readonly<Record<string, string>> | null,
  registries: Readonly<Record<string, string>> = {},
  tasks = TASKS,
) {
  const workspace = temporaryFolder()
  mkdirSync(join(workspace, '.github'))
  if (lockFile !== null) writeFileSync(join(workspace, FILE), lockFileText(lockFile, 'tests'))
  const inputs = await inputsOf(written)
  const asked: string[] = []
  const policy = policyOf(inputs, false)
  const imageOf = (toolchain: string) => `lang/${toolchain}`
  const isDescribed = (toolchain: string | undefined) => toolchain === 'devcontainer'
  const read = (lock: Lock | null) =>
    readTaskFile(inline(tasks), undefined, [
      policyCheck(lock ? policy : withoutImages(policy), {
        ...{
          imagesOf: (toolchain: string) => (isDescribed(toolchain) ? null : [imageOf(toolchain)]),
          optionNames,
        },
        lockedOf: (part) => lock && lockedImages(lock, part),
      }),
      ...(lock ? [lockCheck(lock)] : []),
    ])
  const sources = {
    imagesOf: async ({ image, toolchain, build }: ImagePart) => {
      if (toolchain === 'none') throw new TaskError('ACODE-CTN-006', 'leads nowhere')
      return build === undefined && !isDescribed(toolchain) ? [image ?? imageOf(toolchain ?? '')] : []
    },
    digestOf: async (image: string) => {
      asked.push(image)
      const digest = registries[image]
      if (digest === undefined) throw new TaskError('ACODE-CTN-004', 'has no digest that can be had')
      return digest
    },
  }
  const found = await lockTasks(inputs, { workspace, source: 'tests' }, sources, read)
  return {
    tasks: found?.tasks ?? null,
    isChanged: found?.isChanged,
    asked,
    file: () => readFileSync(join(workspace, FILE), 'utf8'),
  }
}
const digestsOf = (tasks: Awaited<ReturnType<typeof planned>>['tasks']) =>
  Object.fromEntries((tasks ?? []).map(({ id, container }) => [id, container?.digests]))
async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TaskFileError)) throw error
  return error.faults.map(({ field, code, message }) => `${field} ${code}: ${message}`)
}

const KEPT = { 'node:22': OLD, 'lang/go': OLD }
const MOVED = { 'node:22': NEW, 'lang/go': OLD }

describe('IMX-3 a lock file', () => {
  it.each([{}, { lock: 'use' }])(
    'is used when it is there, and no registry is asked: %j',
    async (written) => {
      const { tasks, asked } = await planned(written, KEPT, MOVED)
      expect(digestsOf(tasks)).toEqual({
        one: { 'node:22': OLD },
        two: { 'lang/go': OLD },
        pinned: undefined,
        built: undefined,
        own: { 'own:1': NEW },
      })
      expect(asked).toEqual([])
    },
  )

  it.each([
    [{ lock: 'none' }, KEPT],
    [{}, null],
  ] as const)('is not used with %j and %j', async (written, file) => {
    expect((await planned(written, file)).tasks).toBeNull()
  })

  it('that lacks images is one error that names each where it stands', async () => {
    expect(await faultsOf(planned({ lock: 'use' }, null))).toEqual([
      expect.stringMatching(
        /^tasks\[0\].container.image ACODE-CTN-006: is not locked: node:22 has no digest in .github\/images.lock; plan with lock: write/,
      ),
      expect.stringMatching(/^tasks\[1\].container.toolchain ACODE-CTN-006: is not locked: lang\/go/),
    ])
  })

  it('is compared with the registries by check, and what moved or is gone is an error', async () => {
    expect((await planned({ lock: 'check' }, KEPT, KEPT)).asked.sort()).toEqual(['lang/go', 'node:22'])
    expect(await faultsOf(planned({ lock: 'check' }, KEPT, { 'node:22': NEW }))).toEqual([
      expect.stringMatching(
        new RegExp(`^tasks\\[0\\].*ACODE-CTN-004: .*node:22 has moved: .* has ${OLD}.* has ${NEW}`),
      ),
      expect.stringMatching(/^tasks\[1\].*ACODE-CTN-004: .*lang\/go has no digest that can be had/),
    ])
  })

  it('is written by write with what the registries have, and the tasks run by it', async () => {
    const { tasks, file, isChanged } = await planned({ lock: 'write' }, { 'old:1': OLD, ...KEPT }, MOVED)
    expect(isChanged).toBe(true)
    expect((await planned({ lock: 'write' }, MOVED, MOVED)).isChanged).toBe(false)
    expect(digestsOf(tasks)).toMatchObject({ one: { 'node:22': NEW }, two: { 'lang/go': OLD } })
    expect(file()).toBe(lockFileText(MOVED, 'tests'))
  })

  it('is not written where a registry does not answer, or a toolchain leads nowhere', async () => {
    expect(await faultsOf(planned({ lock: 'write' }, null, { 'node:22': NEW }))).toEqual([
      expect.stringMatching(/^tasks\[1\].container.toolchain ACODE-CTN-004/),
    ])
    const nowhere = '- { id: a, container: { toolchain: none, run: x } }'
    expect(await faultsOf(planned({ lock: 'write' }, null, {}, nowhere))).toEqual([
      expect.stringMatching(/toolchain ACODE-CTN-006: leads nowhere/),
    ])
  })

  it('has the images of services too', async () => {
    const tasks = '- { id: a, container: { image: node:22, run: x, services: { db: { image: db:1 } } } }'
    const locked = await planned({ lock: 'use' }, { ...KEPT, 'db:1': NEW }, {}, tasks)
    expect(digestsOf(locked.tasks)).toEqual({ a: { 'node:22': OLD, 'db:1': NEW } })
    expect(await faultsOf(planned({ lock: 'use' }, KEPT, {}, tasks))).toEqual([
      expect.stringMatching(/^tasks\[0\].container.services.db.image ACODE-CTN-006: is not locked: db:1/),
    ])
  })

  it('gives images the digest that a policy asks for, and a pattern has to match it', async () => {
    const tasks = '- { id: a, container: { image: node:22, run: x } }'
    const policy = { 'require-digest': 'true', lock: 'use' }
    expect(digestsOf((await planned({ ...policy }, KEPT, {}, tasks)).tasks)).toEqual({
      a: { 'node:22': OLD },
    })
    const patterns = (pattern: string) => ({ ...policy, 'allowed-images': pattern })
    await planned(patterns('node:22@*'), KEPT, {}, tasks)
    expect(await faultsOf(planned(patterns('golang:*'), KEPT, {}, tasks))).toEqual([
      expect.stringMatching(/ACODE-CTN-011/),
    ])
  })

  it('does not make up for an image that is not known', async () => {
    const tasks = '- { id: a, container: { toolchain: devcontainer, run: x } }'
    expect(await faultsOf(planned({ 'allowed-images': 'node:*' }, KEPT, {}, tasks))).toEqual([
      expect.stringMatching(/ACODE-CTN-011.*devcontainer/),
    ])
  })
})

describe('the text of a lock file', () => {
  it('is read as it was written, whatever images are called', { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const workspace = temporaryFolder()
    const digest = fc
      .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
      .map((digits) => `sha256:${digits.join('')}`)
    const name = fc.stringMatching(/^[a-z0-9][a-zA-Z0-9._:/-]{0,30}$/)
    const property = fc.asyncProperty(fc.dictionary(name, digest), async (digests) => {
      await writeLockFile('a/images.lock', workspace, lockFileText(digests, 'x\ny'))
      expect(await readLockFile('a/images.lock', workspace)).toEqual({ ...digests })
    })
    await fc.assert(property, fuzzed(100))
  })

  it.each([
    ['an edited digest', 'lockfileVersion: 1\nimages: { "node:22": latest }'],
    ['a later version', 'lockfileVersion: 2\nimages: {}'],
    ['another key', 'lockfileVersion: 1\nimages: {}\nmore: 1'],
    ['no YAML', '{'],
  ])('with %s is an error that says so', async (_what, text) => {
    const workspace = temporaryFolder()
    writeFileSync(join(workspace, 'lock'), text)
    const { code, message } = await failureOf(() => readLockFile('lock', workspace))
    expect(code).toBe('ACODE-CTN-006')
    expect(message).toContain('The lock file lock cannot be used')
  })

  it('is written into no other folder by a link', async () => {
    const [workspace, elsewhere] = [temporaryFolder(), temporaryFolder()]
    symlinkSync(elsewhere, join(workspace, 'link'))
    expect((await failureOf(() => writeLockFile('link/lock', workspace, ''))).code).toBe('ACODE-CTN-006')
    writeFileSync(join(elsewhere, 'file'), 'kept')
    symlinkSync(join(elsewhere, 'file'), join(workspace, 'lock'))
    await writeLockFile('lock', workspace, 'new')
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('kept')
  })

  it('is compared image by image', () => {
    expect(changesOf({ a: OLD, b: OLD, c: OLD }, { b: OLD, c: NEW, d: NEW })).toEqual([
      '- a: no task uses it any more',
      `- c: ${NEW}, was ${OLD}`,
      `- d: ${NEW}, new`,
    ])
  })
})

it.each([
  ['node:22', `node:22@${OLD}`],
  ['node', 'node'],
  [`node:22@${NEW}`, `node:22@${NEW}`],
  ['constructor', 'constructor'],
])('%s is used as %s', (image, reference) => {
  expect(lockedReference(image, { 'node:22': OLD })).toBe(reference)
})
