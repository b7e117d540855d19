/** Writes everything that is generated and committed: schemas, reference pages, the README's table of inputs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { containerPage } from './generate/container-page.ts'
import { directionRules, directionsTable } from './generate/directions.ts'
import { presetsTable } from './generate/egress.ts'
import { inputsPage, readAction, shortTable } from './generate/inputs.ts'
import { between } from './generate/markdown.ts'
import { recordTable } from './generate/record.ts'
import { requirementsPage } from './generate/requirements.ts'
import { runSchema, taskSchema, tasksSchema } from './generate/schemas.ts'
import { toolchainsPage } from './generate/toolchains.ts'
import { workflowPage } from './generate/workflow.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const write = (path: string, text: string): void => writeFileSync(join(root, path), text)
const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`

for (const folder of ['schema', 'docs']) mkdirSync(join(root, folder), { recursive: true })
const action = readAction(read('action.yml'))
write('schema/task.schema.json', json(taskSchema()))
write('schema/tasks.schema.json', json(tasksSchema()))
write('schema/run.schema.json', json(runSchema()))
const others = Object.fromEntries(
  ['plan', 'report', 'clean'].map((folder) => [folder, readAction(read(`${folder}/action.yml`))]),
)
write('docs/inputs.md', inputsPage(action, others))
write('docs/container.md', containerPage())
write('docs/toolchains.md', toolchainsPage())
write('docs/requirements.md', requirementsPage(read('docs/requirements.json'), join(root, '__tests__')))
write('docs/workflow.md', workflowPage(read('docs/workflow.md'), read('.github/workflows/run-tasks.yml')))
write('docs/record.md', between(read('docs/record.md'), 'fields', recordTable()))
write('docs/egress.md', between(read('docs/egress.md'), 'presets', presetsTable()))
write('README.md', between(read('README.md'), 'inputs', shortTable(action)))
write('docs/architecture.md', between(read('docs/architecture.md'), 'directions', directionsTable()))
write('biome.directions.json', json({ overrides: directionRules() }))
