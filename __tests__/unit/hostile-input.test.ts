import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TaskError } from '../../src/errors.ts'
import { processIdentity } from '../../src/host/identity.ts'
import { parseShared } from '../../src/ownership/labels.ts'
import { isNamedAsLabelled } from '../../src/ownership/managed.ts'
import { parseOwner } from '../../src/ownership/orphans.ts'
import { SharedNotes } from '../../src/ownership/shared-notes.ts'
import { readRecord } from '../../src/record/read-record.ts'
import { downloadedRecords } from '../../src/report/artifacts/downloaded.ts'
import { readFound } from '../../src/report/artifacts/found.ts'
import { stateSchema } from '../../src/run/context/state.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../support/fuzz.ts'
import { recordWith } from '../support/record.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { fingerprint } from '../support/tree.ts'

const RUN = 'acode-s1-task-0123abcd'
const OWNER = processIdentity()
const DEAD = { ...OWNER, pid: 1, start: '1' }

/** A machine's folders: a run's own, what is outside of it, and a workspace. */
function machine() {
  const root = temporaryFolder()
  for (const folder of ['outside/private', 'outside/record', '_work/repo/repo', `temp/${RUN}/private`])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'outside/keep'), 'secret')
  writeFileSync(join(root, 'outside/private/keep'), 'secret')
  writeFileSync(join(root, '_work/repo/repo/keep'), 'code')
  const at = (path: string) => join(root, path)
  return { root, at, run: at(`temp/${RUN}`), workspace: at('_work/repo/repo') }
}

const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '.',
    '..',
    '../..',
    '/',
    '/etc',
    '../../../outside',
    '../outside',
    '\0',
    'a/b',
    '{}',
    '[]',
  ),
)
const record = fc.oneof(
  fc.constant(JSON.stringify(recordWith({ status: 'succeeded' }))),
  fc
    .dictionary(
      fc.constantFrom('artifacts', 'cleanup', 'container', 'session', 'error', 'phases'),
      fc.jsonValue(),
      {
        maxKeys: 3,
      },
    )
    .map((change) => JSON.stringify({ ...recordWith({ status: 'failed' }), ...change })),
  fc.json(),
  wild,
)
const place = fc
  .array(
    fc.constantFrom('container', 'metadata', 'run.json', 'logs', 'runner.log', 'artifacts', 'x', 'record'),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((names) => names.join('/'))
const files = fc.array(
  fc.record({ path: place, content: record, kind: fc.constantFrom('file', 'file', 'link', 'folder') }),
  { maxLength: 8 },
)

/** Puts files where they can be put; a link leads to what its content names, out of the folder mostly. */
function put(folder: string, entries: { path: string; content: string; kind: string }[]): void {
  for (const { path, content, kind } of entries) {
    const file = join(folder, path)
    try {
      mkdirSync(dirname(file), { recursive: true })
      if (kind === 'folder') mkdirSync(file)
      else if (kind === 'link') symlinkSync(content.length < 30 ? content : '../../../outside/keep', file)
      else writeFileSync(file, content, { flag: 'wx' })
    } catch {
      // Something else is there, or the link has no such text: the rest is tried all the same.
    }
  }
}

describe('what is brought to the runner (RUN-8, CTN-10)', () => {
  it(
    'as a state changes nothing but in the folder of a run',
    async () => {
      const fields = {
        folder: fc.oneof(fc.constantFrom('RUN', 'RUN', 'RUN', 'RUN/../../outside', 'ROOT/outside'), wild),
        artifactsSubdir: fc.oneof(fc.constant('container'), wild),
        container: fc.oneof(fc.constant('acode-s1-task'), wild),
        workspace: fc.constantFrom('ROOT/outside', 'ROOT/_work/repo/repo', 'nowhere'),
        owner: fc.oneof(fc.constant(JSON.stringify(DEAD)), wild),
        // No other: a marker that a process of this machine has would end that process.
        marker: fc.constantFrom(
          'ACODE_ENGINE_CALLER=00000000-0000-0000-0000-000000000000',
          'ACODE_ENGINE_CALLER=x',
        ),
        session: fc.oneof(fc.constant('s1'), wild),
        task: wild,
        startedAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', ''),
        artifact: wild,
        upload: fc.constantFrom('always', 'never', 'sometimes'),
        summary: fc.constantFrom('always', 'on-failure'),
      }
      const state = fc.oneof(
        { weight: 5, arbitrary: fc.record(fields).map((value) => JSON.stringify(value)) },
        {
          weight: 1,
          arbitrary: fc.oneof(
            fc.json(),
            wild.filter((text) => !text.includes('\0')),
          ),
        },
      )
      await fc.assert(
        fc.asyncProperty(state, files, fc.constantFrom('', 'true'), async (text, entries, done) => {
          const { root, at, run, workspace } = machine()
          put(join(run, 'record'), entries)
          put(join(run, 'private'), entries)
          const before = fingerprint(at('outside')) + fingerprint(at('_work'))
          const env = {
            ...{ PATH: process.env.PATH, HOME: root, RUNNER_TEMP: at('temp'), GITHUB_WORKSPACE: workspace },
            ...{
              RUNNER_WORKSPACE: at('_work/repo'),
              DOCKER_HOST: `unix://${at('no.sock')}`,
              STATE_done: done,
            },
            STATE_run: text.replaceAll('RUN', run).replaceAll('ROOT', root),
          }
          const post = join(import.meta.dirname, '../../src/post.ts')
          const { status, stdout } = spawnSync(process.execPath, [post], { env, encoding: 'utf8' })
          expect({ status, internal: /Internal error/.test(stdout) }).toEqual({ status: 0, internal: false })
          expect(fingerprint(at('outside')) + fingerprint(at('_work'))).toBe(before)
        }),
        fuzzed(8),
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it('as a state that names all processes, or any folder, is none', () => {
    const state = {
      ...{ folder: `/t/${RUN}`, container: 'acode-s1-task', workspace: '/w', owner: '{}', artifact: 'a' },
      ...{ session: 's1', task: 'task', startedAt: '2026-01-01T00:00:00Z', summary: 'always' },
      ...{ marker: 'ACODE_ENGINE_CALLER=00000000-0000-0000-0000-000000000000', upload: 'always' },
      artifactsSubdir: 'container',
    }
    expect(stateSchema.safeParse(state).success).toBe(true)
    for (const change of [
      { marker: '' },
      { marker: 'A=1' },
      { folder: '/' },
      { folder: RUN },
      { folder: '/t/x' },
    ])
      expect(stateSchema.safeParse({ ...state, ...change }).success, JSON.stringify(change)).toBe(false)
    expect(stateSchema.safeParse({ ...state, artifactsSubdir: '../..' }).success).toBe(false)
  })

  it(
    'as records is read, and changes nothing',
    async () => {
      await fc.assert(
        fc.asyncProperty(files, async (entries) => {
          const { root, at } = machine()
          put(at('records/acode-s1-task'), entries)
          const before = fingerprint(root)
          await readRecord(at('records/acode-s1-task/container/metadata/run.json'))
          const found = await downloadedRecords(at('records')).catch((error: unknown) => {
            if (error instanceof TaskError) return []
            throw error
          })
          for (const one of found) {
            const { record: read, reason } = await readFound(one)
            expect(read === null ? reason : '').not.toBe(null)
          }
          expect(fingerprint(root)).toBe(before)
        }),
        fuzzed(25),
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'as labels and notes is ours only in our own form, and changes nothing',
    async () => {
      const shared = {
        ...{ uid: 0, gid: 0, inside: { uid: 0, gid: 0 }, since: 0 },
        folders: [{ target: '/x', folder: '/etc', foreign: true }],
      }
      const note = fc.oneof(
        fc.constant(JSON.stringify({ name: 'acode-s1-task', owner: OWNER, shared })),
        fc.json(),
        wild,
      )
      const notes = fc.array(
        fc.record({
          path: fc.constantFrom(
            '_acode-shared-0123456789abcdef.json',
            '_acode-shared-x.json',
            'repo/repo/x',
            'y',
          ),
          content: note,
          kind: fc.constantFrom('link', 'folder', 'file'),
        }),
        { maxLength: 4 },
      )
      const label = fc.oneof(wild, fc.json(), fc.constant(JSON.stringify(OWNER)))
      await fc.assert(
        fc.asyncProperty(notes, label, wild, wild, async (entries, text, session, task) => {
          const { at } = machine()
          // Other users may write there: such a note is not believed.
          put(
            at('_work'),
            entries.map((one) => (one.kind === 'file' ? { ...one, path: `repo/${one.path}` } : one)),
          )
          const before = fingerprint(at('outside')) + fingerprint(at('_work'))
          const own = new SharedNotes({ RUNNER_WORKSPACE: at('_work/repo') })
          expect(await own.find({ name: 'acode-s1-task', owner: OWNER })).toBe(null)
          await own.forget(() => true, [])
          expect(fingerprint(at('outside')) + fingerprint(at('_work'))).toBe(before)

          expect([null, 'own', 'foreign']).toContain(parseShared(text))
          const owner = parseOwner(text)
          if (owner !== null) expect(owner.pid).toBeGreaterThan(0)
          if (isNamedAsLabelled(`acode-${session}-${task}`, session, task))
            expect(session).toMatch(/^[a-z0-9]+$/)
        }),
        fuzzed(25),
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})
