import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { directionsTable } from '../../../script/generate/directions.ts'
import { importsIn } from '../../support/import-circles.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const FORBIDDEN = [
  ['src/host', '../engine/docker.ts'],
  ['src/host', '../errors.ts'],
  ['src/engine', '../task/contract.ts'],
  ['src/engine', '../errors.ts'],
  ['src/task', '../image/catalog.ts'],
  ['src/task', '../container/arguments.ts'],
  ['src/task', '../run/run-task.ts'],
  ['src/image', '../workspace/workspace.ts'],
  ['src/image', '../run/context.ts'],
  ['src/workspace', '../container/arguments.ts'],
  ['src/container', '../record/events.ts'],
  ['src/container', '../run/context.ts'],
  ['src/record', '../run/context.ts'],
  ['src/record', '../run/run-task.ts'],
  ['src/record', '../report/leg.ts'],
  ['src/report', '../run/context.ts'],
  ['src/report', '../container/arguments.ts'],
  ['src/run', '../plan/entry.ts'],
  ['src/task', '../plan/entry.ts'],
  ['src/plan', '../image/catalog.ts'],
  ['src/plan', '../record/events.ts'],
  ['src/plan', '../run/context.ts'],
  ['src/ownership', '../container/arguments.ts'],
  ['src/streams', '../engine/docker.ts'],
  ['src/streams', '../host/process.ts'],
  ['src/image', '../github/runner.ts'],
  ['src/workspace', '../task/contract.ts'],
  ['src/services', '../cache/scope.ts'],
  ['src/run', '../results/tally.ts'],
  ['src/report', '../egress/policy.ts'],
] as const

const ALLOWED = [
  ['src/host', './process.ts'],
  ['src/engine', './docker.ts'],
  ['src/engine', '../host/process.ts'],
  ['src/task', '../errors.ts'],
  ['src/image', '../task/contract.ts'],
  ['src/image', '../engine/docker.ts'],
  ['src/container', '../workspace/workspace.ts'],
  ['src/record', '../container/arguments.ts'],
  ['src/run', '../record/events.ts'],
  ['src/report', '../record/run-record.ts'],
  ['src/plan', '../task/contract.ts'],
  ['src/plan', '../host/git.ts'],
] as const

describe('the direction of imports: task ← image ← container ← record ← run, workspace ← container, and task ← plan', () => {
  it('is what the lint step keeps', () => {
    const project = temporaryFolder()
    for (const file of ['biome.json', 'biome.directions.json']) copyFileSync(file, join(project, file))
    for (const [folder, imported] of [...FORBIDDEN, ...ALLOWED]) {
      const path = join(project, fileOf(folder, imported))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `import { x } from '${imported}'\n\nx()\n`)
    }
    const args = ['lint', '--vcs-enabled=false', '--colors=off', '--max-diagnostics=none', 'src']
    const { stdout, stderr, status } = spawnSync(resolve('node_modules/.bin/biome'), args, {
      cwd: project,
      encoding: 'utf8',
    })
    const refused = `${stdout}${stderr}`.matchAll(/^(\S+):1:\d+ lint\/style\/noRestrictedImports/gm)
    expect([...refused].map(([, file]) => file).sort()).toEqual(
      FORBIDDEN.map(([folder, imported]) => fileOf(folder, imported)).sort(),
    )
    expect(status).not.toBe(0)
  })
})

it('a direction that is allowed is used: the table says what is, and not what could be', () => {
  const rows = [...directionsTable().matchAll(/^\| `(\w+)\/` \|.*\| (.*) \|$/gm)]
  const allowed = rows.flatMap(([, from, to = '']) =>
    [...to.matchAll(/`(\w+)\/`/g)].map(([, name]) => `${from} → ${name}`),
  )
  const folderOf = (file: string) => file.split('/')[0]
  const used = [...importsIn('src')].flatMap(([file, imports]) =>
    imports.map((imported) => `${folderOf(file)} → ${folderOf(imported)}`),
  )
  expect(allowed.length).toBeGreaterThan(50)
  expect(allowed.filter((direction) => !used.includes(direction))).toEqual([])
})

/** A file of that folder for that import. */
function fileOf(folder: string, imported: string): string {
  return `${folder}/${imported.replace(/\W+/g, '-')}.ts`
}
