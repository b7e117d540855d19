import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { snippetsWith } from '../../support/snippets.ts'
import { taskFrom } from '../../support/task-inputs.ts'

const described = z.looseObject({ description: z.string().regex(/\.$/, 'is no sentence') })
const parameters = z.record(z.string(), described).default({})
const permissions = z.record(z.string(), z.string())
const step = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().default(''),
  with: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), z.unknown()).default({}),
})
/** Steps, those within `parallel:` too. */
const steps = z
  .array(step.extend({ parallel: z.array(step).optional() }))
  .transform((all) => all.flatMap(({ parallel, ...own }) => parallel ?? [own]))
const job = step.extend({
  permissions: permissions.optional(),
  steps: steps.default([]),
})
const workflow = z.looseObject({ permissions, jobs: z.record(z.string(), job) })
const snippet = workflow.partial({ permissions: true })
const reusable = z.object({
  on: z.object({
    workflow_call: z.object({ inputs: parameters, secrets: parameters, outputs: parameters }),
  }),
})
const action = z.object({ inputs: parameters, secrets: parameters, outputs: parameters })

const REUSABLE = '.github/workflows/run-tasks.yml'
const read = (path: string) => readFileSync(path, 'utf8')
const FILES = globSync(['.github/workflows/*.yml', 'examples/*.yml'])
  .filter((path) => /^jobs:/m.test(read(path)))
  .sort()
const WORKFLOWS = FILES.map((path) => ({ path, text: read(path), ...workflow.parse(parse(read(path))) }))
const IN_PAGES = snippetsWith('jobs').map(({ path, text, value }) => ({
  path,
  text,
  ...snippet.parse(value),
}))
const ALL = [...WORKFLOWS, ...IN_PAGES]
const STEPS = ALL.flatMap(({ path, jobs }) =>
  Object.values(jobs).flatMap(({ steps }) => steps.map((step) => ({ path, ...step }))),
)

describe('workflows, examples and those of the pages', () => {
  it.each(WORKFLOWS)('$path pins every action of others by commit, and says its version', ({ text }) => {
    const others = [...text.matchAll(/uses: (?!\$\/|\.\/|<owner>\/)(.*)/g)].map(([, name]) => name)
    for (const name of others) expect(name).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('the pages name actions of others by the major version that is pinned here', () => {
    const pinned = WORKFLOWS.flatMap(({ text }) => [
      ...text.matchAll(/uses: ([\w/-]+)@[0-9a-f]{40} # (v\d+)/g),
    ])
    const versions = new Map(pinned.map(([, name = '', major]) => [name, major]))
    const named = IN_PAGES.flatMap(({ text }) => [...text.matchAll(/uses: (?!<owner>\/)(.*)@(.*)/g)])
    const others = named.filter(
      ([, name = '', version]) => versions.has(name) && versions.get(name) !== version,
    )
    expect(others.map(([uses]) => uses)).toEqual([])
  })

  it.each(WORKFLOWS)(
    '$path grants reading at most, but for the job that opens a pull request',
    ({ permissions, jobs }) => {
      const granted = [permissions, ...Object.values(jobs).map(({ permissions = {} }) => permissions)]
      const kinds = granted.flatMap((scopes) =>
        Object.entries(scopes).map(([scope, kind]) => `${scope}: ${kind}`),
      )
      const allowed =
        'propose' in jobs ? ['contents: read', 'contents: write', 'pull-requests: write'] : ['contents: read']
      expect(allowed).toEqual(expect.arrayContaining(kinds))
    },
  )

  it('no script has an expression in it: what comes from outside goes through the environment', () => {
    expect(STEPS.filter(({ run }) => run.includes('${{'))).toEqual([])
  })

  it('no checkout leaves its token behind', () => {
    const keeping = STEPS.filter(
      (step) => step.uses?.startsWith('actions/checkout@') && step.with['persist-credentials'] !== false,
    )
    expect(keeping).toEqual([])
  })

  it('uses only inputs and secrets that our actions and the reusable workflow have (ACT-2, ACT-4)', () => {
    const calls = [
      ...STEPS,
      ...ALL.flatMap(({ path, jobs }) => Object.values(jobs).map((job) => ({ path, ...job }))),
    ]
    const unknown = calls.flatMap(({ path, uses, with: inputs, secrets }) => {
      const known = interfaceOf(uses)
      if (!known) return []
      const missing = [
        ...Object.keys(inputs).filter((name) => !Object.hasOwn(known.inputs, name)),
        ...Object.keys(secrets).filter((name) => !Object.hasOwn(known.secrets, name)),
      ]
      return missing.map((name) => `${path}: ${uses} has no ${name}`)
    })
    expect(unknown).toEqual([])
  })

  it.each(ALL)('the action takes every task of $path', async ({ jobs }) => {
    const tasks = Object.values(jobs).flatMap(({ steps }) => steps.filter(isTask))
    for (const { with: inputs } of tasks) {
      // What an expression stands for is known to the run alone; a number fits everywhere.
      const filled = Object.entries(inputs).map(([name, value]) => [name, withoutExpressions(value)])
      await expect(taskFrom(Object.fromEntries(filled))).resolves.toBeDefined()
    }
  })

  // Those of other jobs and steps are known to actionlint.
  it.each(ALL)(
    '$path reads only outputs that our actions and the reusable workflow have (ACT-4)',
    ({ text, jobs }) => {
      const own = new Map<string, { outputs: object } | undefined>(
        Object.entries(jobs).flatMap(([id, { uses, steps }]) => [
          [`needs.${id}`, interfaceOf(uses)],
          ...steps.map((step) => [`steps.${step.id}`, withOwnOutputs(step)] as const),
        ]),
      )
      const unknown = [...text.matchAll(/((?:needs|steps)\.[\w-]+)\.outputs\.([\w-]+)/g)].filter(
        ([, source = '', name = '']) => !Object.hasOwn(own.get(source)?.outputs ?? { [name]: {} }, name),
      )
      expect(unknown.map(([reference]) => reference)).toEqual([])
    },
  )
})

describe('the reusable workflow (ACT-4)', () => {
  const text = read(REUSABLE)
  const { inputs, secrets } = workflowInterface()

  it('uses every input and secret that it declares', () => {
    const declared = [
      ...Object.keys(inputs).map((name) => `inputs.${name}`),
      ...Object.keys(secrets).map((name) => `secrets.${name}`),
    ]
    expect(declared.filter((name) => !new RegExp(`${name}(?![\\w-])`).test(text))).toEqual([])
  })

  it('gives each job the permissions that it needs, and the report none', () => {
    const { permissions, jobs } = workflow.parse(parse(text))
    expect(permissions).toEqual({})
    expect(Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, job.permissions]))).toEqual({
      plan: { contents: 'read' },
      task: { contents: 'read' },
      report: {},
    })
  })

  it('finds its own actions at the commit that it was called at, in no workspace', () => {
    const own = [...text.matchAll(/uses: (?!actions\/)(.*)/g)].map(([, name]) => name)
    expect(own).toEqual(['$/plan', '$/task', '$/report'])
  })
})

const withoutExpressions = (value: unknown): string => String(value).replaceAll(/\$\{\{.*?\}\}/g, '1')

/** True of a step that runs one task, whose payload is in the workflow itself. */
const isTask = ({ uses = '', with: inputs }: z.output<typeof step>): boolean =>
  uses.startsWith('<owner>/acode-task-container@') && !('task' in inputs)

/** The interface of a step, with the outputs that the script of its task writes. */
function withOwnOutputs({ uses, with: { run } }: z.output<typeof step>) {
  const known = interfaceOf(uses)
  const written = [...String(run).matchAll(/([\w-]+)=.*>> "\$GITHUB_OUTPUT"/g)].map(([, name]) => [name, {}])
  return known && { ...known, outputs: { ...known.outputs, ...Object.fromEntries(written) } }
}

/** The interface of an action or a workflow of ours by its `uses`, or of none. */
function interfaceOf(uses = '') {
  const path = /^(?:\$\/|<owner>\/acode-task-container\/?)([^@]*)/.exec(uses)?.[1]
  if (path === undefined) return undefined
  return path.endsWith('.yml') ? workflowInterface() : action.parse(parse(read(`${path || '.'}/action.yml`)))
}

function workflowInterface() {
  return reusable.parse(parse(read(REUSABLE))).on.workflow_call
}
