import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { removeFolder } from '../../../src/host/files.ts'
import { readUntrusted } from '../../../src/host/untrusted.ts'
import { type CollectRequest, collectArtifacts } from '../../../src/record/collect/collect.ts'
import { readWritten } from '../../../src/record/collect/written.ts'
import { wide } from '../../support/budget.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const MEGABYTE = 1_000_000

/** A control folder and a workspace as an ended task may have left them, with a file that is not the task's. */
function ended(globs: readonly string[] = []) {
  const root = temporaryFolder()
  const [control, workspace, to] = ['control', 'work', 'record'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [join(control, 'artifacts'), workspace, join(root, 'home')])
    mkdirSync(folder, { recursive: true })
  writeFileSync(join(root, 'home', 'id_rsa'), 'hunter2')
  const request = {
    artifacts: async () => ({ path: join(control, 'artifacts'), isDrawn: false }),
    workspace,
    changes: null,
    globs,
    to,
    budget: wide(),
  }
  return {
    root,
    control: (...path: string[]) => join(control, ...path),
    workspace: (...path: string[]) => join(workspace, ...path),
    to: (...path: string[]) => join(to, ...path),
    collect: async (change: Partial<CollectRequest> = {}) => {
      const written = await readWritten((path, maxBytes) => readUntrusted(join(control, path), maxBytes))
      const collected = await collectArtifacts({ ...request, ...change })
      return {
        ...written,
        ...collected,
        warnings: [...written.warnings, ...collected.warnings],
        artifacts: collected.artifacts.map(({ name }) => name),
        all: collected.artifacts,
      }
    },
  }
}

describe('collect: outputs and summary', () => {
  it('reads what the task wrote', async () => {
    const task = ended()
    writeFileSync(task.control('output'), 'a=1\nb<<E\ntwo\nlines\nE\n')
    writeFileSync(task.control('summary'), '## größe\n')
    const { outputs, summary, warnings } = await task.collect()
    expect(Object.fromEntries(outputs.passed)).toEqual({ a: '1', b: 'two\nlines' })
    expect(summary).toBe('## größe\n')
    expect(warnings).toEqual([])
  })

  const replaced: [string, (path: string, root: string) => void][] = [
    ['nothing', () => undefined],
    ['a link to a file of the runner', (path, root) => symlinkSync(join(root, 'home/id_rsa'), path)],
    ['a link to nothing', (path) => symlinkSync('nowhere', path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a folder', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link to a device that never ends', (path) => symlinkSync('/dev/zero', path)],
    [
      'a socket',
      (path) => {
        const server = createServer().listen(path)
        onTestFinished(() => void server.close())
      },
    ],
  ]
  it.each(replaced)('takes %s in place of the files for nothing', async (_, replace) => {
    const task = ended()
    replace(task.control('output'), task.root)
    replace(task.control('summary'), task.root)
    expect(await task.collect()).toMatchObject({ outputs: { passed: new Map() }, summary: '' })
  })

  it('reads files that the task made unreadable', async () => {
    const task = ended()
    for (const name of ['output', 'summary']) {
      writeFileSync(task.control(name), 'a=1')
      chmodSync(task.control(name), 0)
    }
    expect(await task.collect()).toMatchObject({ outputs: { passed: new Map([['a', '1']]) }, summary: 'a=1' })
  })

  it('reads outputs up to the first line that is none, which it does not repeat', async () => {
    const task = ended()
    writeFileSync(task.control('output'), 'a=1\nstatus=x\nhunter2\nb=1\n')
    const { outputs, warnings } = await task.collect()
    expect([...outputs.passed]).toEqual([['a', '1']])
    expect(outputs.fault).toContain('line 3')
    expect(warnings).toEqual([expect.stringMatching(/line 2: "status" has the name of the action’s own/)])
    expect([outputs.fault, ...warnings].join()).not.toContain('hunter2')
  })

  it.each([
    [MEGABYTE / 5, 1, 0],
    [MEGABYTE, 0, 1],
    [50 * MEGABYTE, 0, 1],
  ])('of %i bytes of outputs passes %i on and gives %i warnings', async (bytes, size, warned) => {
    const task = ended()
    writeFileSync(task.control('output'), 'a='.padEnd(bytes, 'x'))
    const { outputs, warnings } = await task.collect()
    expect(outputs.passed.size).toBe(size)
    expect(warnings).toHaveLength(warned)
  })
})

describe('collect: artifacts (RUN-8)', () => {
  it('copies $ARTIFACT_DIR and what the globs find, sorted and once', async () => {
    const task = ended(['dist/**', '*.xml', 'dist/a.js', 'dist/sub/..b'])
    mkdirSync(task.control('artifacts', 'deep', 'er'), { recursive: true })
    writeFileSync(task.control('artifacts', 'deep', 'er', 'z'), 'z')
    mkdirSync(task.workspace('dist', 'sub'), { recursive: true })
    writeFileSync(task.workspace('dist', 'a.js'), 'a')
    writeFileSync(task.workspace('dist', 'sub', '..b'), 'b')
    writeFileSync(task.workspace('junit.xml'), 'x')
    writeFileSync(task.workspace('other.txt'), 'x')
    const { artifacts, warnings } = await task.collect()
    expect(artifacts).toEqual(['deep/er/z', 'dist/a.js', 'dist/sub/..b', 'junit.xml'])
    expect(warnings).toEqual([])
    expect(readFileSync(task.to('dist', 'a.js'), 'utf8')).toBe('a')
    expect(readFileSync(task.to('deep', 'er', 'z'), 'utf8')).toBe('z')
  })

  it('warns where no file matches', async () => {
    expect((await ended(['dist/**']).collect()).warnings).toEqual([
      'No file of the workspace matches artifacts: dist/**',
    ])
  })

  it('leaves out what is no regular file, and names it', async () => {
    const task = ended()
    symlinkSync(join(task.root, 'home', 'id_rsa'), task.control('artifacts', 'key'))
    symlinkSync(join(task.root, 'home'), task.control('artifacts', 'home'))
    execFileSync('mkfifo', [task.control('artifacts', 'pipe')])
    writeFileSync(task.control('artifacts', 'real'), 'x')
    const { artifacts, warnings } = await task.collect()
    expect(artifacts).toEqual(['real'])
    expect(warnings).toHaveLength(1)
    for (const name of ['key', 'home', 'pipe']) expect(warnings[0]).toContain(name)
  })

  it('takes $ARTIFACT_DIR itself for nothing when it is a link', async () => {
    const task = ended()
    symlinkSync(join(task.root, 'home'), join(task.root, 'link'))
    const artifacts = async () => ({ path: join(task.root, 'link'), isDrawn: false })
    expect((await task.collect({ artifacts })).artifacts).toEqual([])
  })

  it.each([
    'coverage/**',
    'coverage/*',
    'coverage/id_rsa',
    'deep/coverage/*',
    '../home/*',
    '../**/id_rsa',
    'key',
    '*',
  ])('does not give the runner’s files away: %s', async (glob) => {
    const task = ended([glob])
    mkdirSync(task.workspace('deep'))
    symlinkSync(join(task.root, 'home'), task.workspace('coverage'))
    symlinkSync('../../home', task.workspace('deep', 'coverage'))
    symlinkSync('../home/id_rsa', task.workspace('key'))
    expect((await task.collect()).artifacts).toEqual([])
  })

  it('finds files of a workspace that is itself behind a link', async () => {
    const task = ended(['*.txt'])
    writeFileSync(task.workspace('a.txt'), 'x')
    symlinkSync(task.workspace(), join(task.root, 'link'))
    expect((await task.collect({ workspace: join(task.root, 'link') })).artifacts).toEqual(['a.txt'])
  })

  it('copies files that the task made unreadable, folders too', async () => {
    const task = ended()
    mkdirSync(task.control('artifacts', 'closed'))
    writeFileSync(task.control('artifacts', 'closed', 'file'), 'x')
    chmodSync(task.control('artifacts', 'closed', 'file'), 0)
    chmodSync(task.control('artifacts', 'closed'), 0)
    expect((await task.collect()).artifacts).toEqual(['closed/file'])
  })

  it('keeps the outputs where an artifact cannot be copied', async () => {
    const task = ended(['report/**'])
    writeFileSync(task.control('output'), 'a=1')
    writeFileSync(task.control('artifacts', 'report'), 'a file where the workspace has a folder')
    mkdirSync(task.workspace('report'))
    writeFileSync(task.workspace('report', 'index.html'), 'x')
    const { outputs, artifacts, warnings } = await task.collect()
    expect(Object.fromEntries(outputs.passed)).toEqual({ a: '1' })
    expect(artifacts).toEqual(['report'])
    expect(warnings.join()).toContain('report/index.html')
  })

  it('gives files names that the artifact client takes, and keeps their own', async () => {
    const task = ended(['*.log'])
    writeFileSync(task.control('artifacts', 'login: ok?.png'), 'png')
    writeFileSync(Buffer.concat([Buffer.from(task.control('artifacts/')), Buffer.from([0xe9])]), 'latin')
    writeFileSync(task.workspace('a:b.log'), 'log')
    const { all } = await task.collect()
    expect(all).toEqual([
      { name: 'a:b.log', file: 'a%3Ab.log' },
      { name: 'login: ok?.png', file: 'login%3A ok%3F.png' },
      { name: '\ufffd', file: '%E9' },
    ])
    for (const [file, content] of [
      ['a%3Ab.log', 'log'],
      ['login%3A ok%3F.png', 'png'],
      ['%E9', 'latin'],
    ])
      expect(readFileSync(task.to(file ?? ''), 'utf8')).toBe(content)
  })

  it('finds what lies deeper than paths can be long only as far as the budget goes, and names the rest', async () => {
    const task = ended(['**/file'])
    const script = `
      const { mkdirSync, writeFileSync } = require('node:fs')
      for (let depth = 0; depth < 120; depth++) {
        mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); writeFileSync('file', String(depth))
      }
    `
    for (const cwd of [task.control('artifacts'), task.workspace()])
      execFileSync(process.execPath, ['-e', script], { cwd })
    const budget = wide()
    const { all } = await task.collect({ budget })
    expect(all).toHaveLength(14) // those whose paths have up to 3000 bytes
    expect(all.filter(({ name, file }) => name !== file).length).toBeGreaterThan(5)
    expect([...budget.exceeded]).toEqual(['depth'])
    await removeFolder(task.root)
  })

  it('takes what fits into the budget, and names what does not', async () => {
    const task = ended(['*.bin'])
    for (const name of ['a', 'b', 'c']) writeFileSync(task.control('artifacts', name), 'x'.repeat(40))
    execFileSync('truncate', ['-s', '1T', task.control('artifacts', 'sparse'), task.workspace('sparse.bin')])
    const budget = wide({ bytes: 100 })
    const { artifacts } = await task.collect({ budget })
    expect(artifacts).toHaveLength(2)
    expect(budget.leftOut.count).toBe(3)
    expect(budget.leftOut.names).toEqual(expect.arrayContaining(['sparse', 'sparse.bin']))
    expect([...budget.exceeded]).toEqual(['bytes'])
  })

  it('ends when the job is cancelled, with what it has', async () => {
    const task = ended(['**'])
    writeFileSync(task.control('output'), 'a=1')
    writeFileSync(task.control('artifacts', 'a'), 'x')
    writeFileSync(task.workspace('b'), 'x')
    const cancel = new AbortController()
    const budget = wide({}, cancel.signal)
    cancel.abort()
    await vi.waitUntil(() => budget.signal.aborted, { timeout: 5_000 })
    const { outputs, artifacts } = await task.collect({ budget })
    expect(Object.fromEntries(outputs.passed)).toEqual({ a: '1' })
    expect(artifacts).toEqual([])
    expect([...budget.exceeded]).toEqual(['cancelled'])
  })
})

describe('collect: what is reported of artifacts (SEE-1)', () => {
  it('is their bytes, and the globs that match no file', async () => {
    const task = ended(['a.txt', '*.txt', 'nothing/*.log', '{a,b}.txt', '{x,y}'])
    writeFileSync(task.workspace('a.txt'), '12345')
    writeFileSync(task.control('artifacts', 'own'), '123')
    const { artifactBytes, unmatched, artifacts } = await task.collect()
    expect({ artifactBytes, unmatched, artifacts }).toEqual({
      artifactBytes: 8,
      unmatched: ['nothing/*.log', '{x,y}'],
      artifacts: ['a.txt', 'own'],
    })
  })
})
