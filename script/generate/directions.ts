/** Which folders of `src` each folder may use, besides itself. One table for the lint rules and the docs. */
const CHAIN = [
  ['host', 'this machine: processes, git, files, signals'],
  ['formats', 'archives, YAML, patterns, units, text'],
  ['streams', 'output on its way: redaction, masks, silence'],
  ['github', 'the runner: commands, inputs, outputs, summary'],
  ['engine', 'the container engine'],
  ['egress', 'what a task reaches, and its proxy'],
  ['task', 'what to run'],
  ['image', 'what to run it in'],
  ['workspace', 'where to run it'],
  ['ownership', 'whose a container is, and how what is left is removed'],
  ['cache', 'caches of dependencies, on the machine and in the service'],
  ['container', 'the container of a task'],
  ['results', 'what the tests of a task say'],
  ['record', 'what remains'],
  ['services', 'the services of a task'],
  ['run', 'the story of main'],
] as const

type Folder = (typeof CHAIN)[number][0] | 'post' | 'plan' | 'report' | 'clean'

/** Those of the chain that a folder may not use although they are to its left. */
const NOT: Partial<Record<Folder, readonly Folder[]>> = {
  streams: ['host', 'formats'],
  engine: ['streams'],
  egress: ['host', 'streams', 'github', 'engine'],
  task: ['streams', 'github', 'engine'],
  image: ['streams', 'github', 'egress'],
  workspace: ['streams', 'egress', 'task', 'image'],
  ownership: ['streams', 'egress', 'task'],
  cache: ['streams', 'egress', 'task', 'image'],
  record: ['image', 'ownership', 'cache'],
  services: ['github', 'egress', 'ownership', 'cache', 'results'],
  run: ['results'],
}

/** These know nothing of the project's error codes. */
const KNOWS_NO_CODES: readonly string[] = ['host/', 'formats/', 'streams/', 'github/', 'engine/', 'egress/']

/** What stands beside the chain. */
const BESIDE: Readonly<Partial<Record<Folder, readonly Folder[]>>> = {
  results: ['formats'],
  post: ['host', 'github', 'engine', 'workspace', 'ownership', 'cache', 'record', 'run'],
  plan: ['host', 'formats', 'github', 'egress', 'task'],
  report: ['host', 'formats', 'github', 'task', 'record'],
  clean: ['host', 'formats', 'github', 'engine', 'task', 'ownership', 'cache', 'container', 'run'],
}

/** The story of a plan hands it what the checks of image and container say. */
const STORIES: Readonly<Record<string, readonly Folder[]>> = {
  'src/plan/plan-tasks.ts': [
    ...(['host', 'formats', 'github', 'egress', 'task', 'image', 'container', 'services'] as const),
  ],
}

const allowed = (folder: Folder): readonly Folder[] => {
  const index = CHAIN.findIndex(([name]) => name === folder)
  const left = CHAIN.slice(0, Math.max(index, 0)).map(([name]) => name)
  return BESIDE[folder] ?? left.filter((name) => !NOT[folder]?.includes(name))
}

const EVERY: readonly Folder[] = [...CHAIN.map(([folder]) => folder), 'post', 'plan', 'report', 'clean']
/** Folders of folders are as deep as this. */
const DEPTHS = [1, 2, 3]

/** What may not be imported by files so deep in the folder or file of that name. */
function forbidden(folders: readonly Folder[], name: string, depth: number): string[] {
  const up = '../'.repeat(depth)
  const others = EVERY.filter((folder) => !folders.includes(folder) && !name.includes(`${folder}/`))
  const files = KNOWS_NO_CODES.includes(name) ? ['errors.ts', 'entry.ts', 'version.ts'] : []
  return [...others.map((folder) => `${up}${folder}/**`), ...files.map((file) => `${up}${file}`)]
}

const rule = (includes: string, folders: readonly Folder[], name: string, depth: number) => ({
  includes: [includes],
  linter: {
    rules: {
      style: {
        noRestrictedImports: {
          level: 'error',
          options: {
            patterns: [
              {
                group: forbidden(folders, name, depth),
                message: `${name} may use ${folders.length === 0 ? 'nothing of the project' : folders.join(', ')} (script/generate/directions.ts).`,
              },
            ],
          },
        },
      },
    },
  },
})

/** The overrides of biome.json that hold the table. */
export const directionRules = (): object[] => [
  ...EVERY.flatMap((folder) =>
    DEPTHS.map((depth) =>
      rule(`src/${folder}/${'*/'.repeat(depth - 1)}*.ts`, allowed(folder), `${folder}/`, depth),
    ),
  ),
  ...Object.entries(STORIES).map(([file, folders]) => rule(file, folders, file, 1)),
]

/** The table as docs/architecture.md has it. */
export const directionsTable = (): string =>
  [
    '| folder | about | may use |',
    '|---|---|---|',
    ...CHAIN.map(([folder, about]) => `| \`${folder}/\` | ${about} | ${listed(allowed(folder))} |`),
    `| \`post/\` | the story of post, and what ends a dead main | ${listed(allowed('post'))} |`,
    `| \`plan/\` | a file of tasks as a matrix | ${listed(allowed('plan'))}; its story also \`image/\`, \`container/\` and \`services/\` |`,
    `| \`report/\` | the records of all tasks | ${listed(allowed('report'))} |`,
    `| \`clean/\` | what is left on an engine | ${listed(allowed('clean'))} |`,
  ].join('\n')

const listed = (folders: readonly Folder[]): string =>
  folders.length === 0 ? '—' : folders.map((folder) => `\`${folder}/\``).join(', ')
