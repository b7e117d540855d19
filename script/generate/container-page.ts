import { stringify } from 'yaml'
import { containerDefinition } from './container-schema.ts'
import { GENERATED, table } from './markdown.ts'
import { type Properties, partsOf, type Schema } from './schema-shape.ts'
import { NESTED_FIELDS } from './task-examples.ts'

/** Fields by what a person looks for. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'What runs': [
    ...['enabled', 'image', 'toolchain', 'digests', 'pull', 'platform'],
    ...['build', 'dockerfile', 'buildTarget', 'buildArgs', 'buildCache'],
    ...['setup', 'setupFiles', 'check'],
    ...['run', 'shell', 'command', 'entrypoint', 'workdir', 'env'],
  ],
  'How long, and how much': [
    ...['timeout', 'timeoutSeconds', 'stopGrace', 'stopGraceSeconds', 'resources', 'shmSize', 'gpus'],
    ...['maxContainers', 'retry', 'allowFailure', 'onCancel', 'guard'],
  ],
  'Next to it ([services](services.md))': ['services'],
  'Files and caches': [
    ...['workspace', 'workspacePath', 'workspaceUncommitted', 'changes', 'mounts'],
    ...['cache', 'cacheKey', 'cacheMax', 'cacheVolumes', 'engineVolumes'],
  ],
  'What comes out': [
    ...[
      'artifacts',
      'reports',
      'artifactsSubdir',
      'workflowCommands',
      'collectTimeout',
      'collectTimeoutSeconds',
    ],
    ...['collectMaxBytes', 'collectMaxFiles', 'collectMaxDepth'],
  ],
  Isolation: ['profile', 'user', 'network', 'egress', 'readOnly', 'init', 'runtime', 'labels', 'options'],
}

/** The reference of all keys of a `container`, as its schema has them; those of no subject at its end. */
export function containerPage(): string {
  const fields = partsOf(containerDefinition())
  const placed = new Set(Object.values(SUBJECTS).flat())
  const others = Object.keys(fields).filter((name) => !placed.has(name))
  const subjects = others.length === 0 ? SUBJECTS : { ...SUBJECTS, Further: others }
  return `${GENERATED}
# Keys of a container

What can stand under \`container\` in a [task file](tasks.md), in its \`defaults\`, and in the action's input \`task\`. [schema/tasks.schema.json](../schema/tasks.schema.json) lets an editor check and complete it.

\`\`\`yaml
tasks:
  - id: unit
    container:
      toolchain: node@22
      run: npm ci && npm test
      timeout: 15m
      resources: { cpus: 2, memory: 4g }
      artifacts: [coverage/**]
\`\`\`

One of \`image\` and \`toolchain\` is needed; everything else may be left out. An unknown key is an error.

${Object.entries(subjects)
  .map(([subject, names]) => `## ${subject}\n\n${fieldTable(fields, names)}`)
  .join('\n\n')}
`
}

function fieldTable(fields: Properties, names: readonly string[]): string {
  const rows = names.flatMap((name) => {
    const parts = NESTED_FIELDS[name] ? Object.entries(partsOf(fields[name])) : []
    return [
      row(name, fields[name] ?? {}),
      ...parts.map(([part, schema]) => row(`${name}.${part}`, { ...schema, examples: [] })),
    ]
  })
  return table(['key', 'meaning', 'default', 'example'], rows)
}

const row = (name: string, { description = '', default: fallback, examples = [] }: Schema) => [
  `\`${name}\``,
  description,
  fallback === undefined ? '' : `\`${flow(fallback)}\``,
  examples.length === 0 ? '' : `\`${name}: ${flow(examples[0])}\``,
]

/** A value as YAML in one line. */
const flow = (value: unknown): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
