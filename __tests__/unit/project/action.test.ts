import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { outputsOf as cleanOutputsOf } from '../../../src/clean/clean-engine.ts'
import { cleanInputsSchema } from '../../../src/clean/inputs.ts'
import { listingOf } from '../../../src/clean/listing.ts'
import { ORDER } from '../../../src/ownership/managed.ts'
import { planInputsSchema, readPlanInputs } from '../../../src/plan/inputs.ts'
import { outputsOf } from '../../../src/plan/publish.ts'
import { Recorder } from '../../../src/record/recorder.ts'
import { publish } from '../../../src/record/summary/publish.ts'
import { reportInputsSchema } from '../../../src/report/inputs.ts'
import { outputsOf as reportOutputsOf } from '../../../src/report/publish.ts'
import { totalsOf } from '../../../src/report/totals.ts'
import { Redaction } from '../../../src/streams/redact.ts'
import { inputsSchema } from '../../../src/task/inputs.ts'
import { VERSION } from '../../../src/version.ts'
import { fileCommands } from '../../support/file-commands.ts'
import { recordWith } from '../../support/record.ts'
import { freshPaths } from '../../support/record-paths.ts'

const manifestSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
})
const read = (file: string) => manifestSchema.parse(parse(readFileSync(file, 'utf8')))
const manifest = read('action.yml')
const planManifest = read('plan/action.yml')
const reportManifest = read('report/action.yml')
/** The inputs that have a default, with it. */
const defaultsOf = ({ inputs }: typeof manifest) =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]) =>
      input.default === undefined ? [] : [[name, input.default]],
    ),
  )

describe('action.yml (ACT-1, ACT-5)', () => {
  it('declares the inputs that the schema reads, and no other', () => {
    expect(Object.keys(manifest.inputs).sort()).toEqual([...inputsSchema.keyof().options].sort())
  })

  it('has defaults only for what the workflow’s context alone knows (ACT-3)', () => {
    expect(defaultsOf(manifest)).toEqual({
      matrix: expression('toJSON(matrix)'),
      'job-index': expression('strategy.job-index'),
      'check-run-id': expression('job.check_run_id'),
      'job-network': expression('job.container.network'),
      'job-status': expression('job.status'),
      'workflow-ref': expression('job.workflow_ref'),
      'workflow-sha': expression('job.workflow_sha'),
    })
  })

  it('declares the outputs that a run sets, and no other', async () => {
    const recorder = await Recorder.open(recordWith(), await freshPaths(), new Redaction())
    const files = fileCommands()
    await publish(recorder, null, 'acode-s1-unit')
    expect(Object.keys(files.outputs()).sort()).toEqual(Object.keys(manifest.outputs).sort())
    process.exitCode = undefined
  })
})

describe('plan/action.yml (ACT-1, ACT-4)', () => {
  it('declares the inputs that the schema reads, and no other', () => {
    expect(Object.keys(planManifest.inputs).sort()).toEqual(planInputsSchema.keyof().options.toSorted())
    expect(defaultsOf(planManifest)).toEqual({
      'check-run-id': expression('job.check_run_id'),
      token: expression('github.token'),
    })
  })

  it('declares the outputs that a plan sets, and no other', async () => {
    const outputs = outputsOf([], await readPlanInputs(() => ''), '1')
    expect(Object.keys(outputs)).toEqual(Object.keys(planManifest.outputs))
  })

  it('has its own entries, and no post', () => {
    expect(planManifest.runs).toEqual({ using: 'node24', main: '../dist/plan/index.js' })
    expect(manifest.runs).toMatchObject({ main: 'dist/main/index.js', post: 'dist/post/index.js' })
  })
})

describe('report/action.yml (ACT-1, ACT-4)', () => {
  it('declares the inputs that the schema reads and the outputs that a report sets, and no other', () => {
    expect(Object.keys(reportManifest.inputs).sort()).toEqual(reportInputsSchema.keyof().options.toSorted())
    expect(Object.keys(reportManifest.outputs)).toEqual(Object.keys(reportOutputsOf([], totalsOf([]), '')))
    expect(reportManifest.runs).toEqual({ using: 'node24', main: '../dist/report/index.js' })
  })
})

describe('clean/action.yml (ACT-1)', () => {
  it('declares the inputs that the schema reads and the outputs that it sets, and no other', () => {
    const clean = read('clean/action.yml')
    const nothing = { orphans: [], kept: [] }
    const outputs = cleanOutputsOf(nothing, { removed: [], failed: [], freedBytes: 0 })
    expect(Object.keys(clean.inputs)).toEqual(cleanInputsSchema.keyof().options)
    expect(Object.keys(clean.outputs)).toEqual(Object.keys(outputs))
    expect(clean.runs).toEqual({ using: 'node24', main: '../dist/clean/index.js' })
  })

  it('says which kinds of things it lists', () => {
    const image = { name: 'i', bytes: 0, isOrphan: true, reason: 'r' }
    const { orphans } = listingOf([], ['/f'], [image])
    const kinds = [...ORDER.flat(), ...orphans.map(({ kind }) => kind)].map((kind) => `\`${kind}\``)
    expect(read('clean/action.yml').outputs.orphans?.description).toContain(`(${kinds.join(', ')})`)
  })
})

describe('descriptions (ACT-2)', () => {
  it.each([
    'action.yml',
    'plan/action.yml',
    'report/action.yml',
    'clean/action.yml',
    '.github/workflows/run-tasks.yml',
  ])('of %s hold no expression, which the runner would refuse there', (file) => {
    expect(readFileSync(file, 'utf8').match(/description:.*\$\{\{.*/g)).toBeNull()
  })
})

describe('src/version.ts', () => {
  it('is the version of the package', () => {
    expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
  })
})

function expression(text: string): string {
  return ['$', '{{ ', text, ' }}'].join('')
}
