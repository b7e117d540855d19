import { quoted } from '../derived/derived.ts'
import type { Composition } from './choose-base.ts'
import { collectScript, moveScript, STAGING } from './scripts.ts'

/** What is known of the image of a toolchain. */
export interface Source {
  /** By digest, where there is one. */
  readonly reference: string
  /** `USER` of it; empty: root. */
  readonly user: string
  readonly hasEntrypoint: boolean
}

/**
 * The Dockerfile of a composed image. It needs no context, and any builder takes it, so that it can be built
 * elsewhere.
 * @param sources by the name of the toolchain
 */
export function composedDockerfile(
  { base, others }: Composition,
  sources: ReadonlyMap<string, Source>,
  environment: Readonly<Record<string, string>>,
): string {
  const from = (name: string) => sources.get(name)?.reference ?? ''
  const asRoot = (name: string) => (isRoot(sources.get(name)?.user ?? '') ? [] : ['USER 0'])
  const { user = '', hasEntrypoint = false } = sources.get(base.name) ?? {}
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`)
  const all = [base, ...others].map(({ name, version }) => `${name}@${version}`).join(' ')
  const stages = others.flatMap(({ name, part }) => [
    `FROM ${from(name)} AS ${name}`,
    ...asRoot(name),
    runLine(collectScript(name, part)),
    '',
  ])
  const copies = others.flatMap(({ name, part }) =>
    [...part.folders, `${STAGING}/${name}`].map((path) => `COPY --from=${name} ${path} ${path}`),
  )
  return [
    `# ${all} in one image, composed by acode-task-container of the images that have one each.`,
    '# docker build - <Dockerfile',
    ...stages,
    `FROM ${from(base.name)}`,
    ...asRoot(base.name),
    ...copies,
    `ENV ${variables.join(' ')}`,
    runLine(moveScript(others.map(({ name }) => name))),
    ...(isRoot(user) ? [] : [`USER ${user}`]),
    // What the base runs first is for its own toolchain alone.
    ...(hasEntrypoint ? ['ENTRYPOINT []', 'CMD ["sh"]'] : []),
    '',
  ].join('\n')
}

const isRoot = (user: string): boolean => user === '' || user === '0' || user === 'root'

/** Statements of a shell as one instruction; a line that ends a word of the shell's own needs no semicolon. */
function runLine(lines: readonly string[]): string {
  const joined = lines.map((line, index) => {
    const isLast = index === lines.length - 1
    return `${line}${isLast ? '' : /(\b(do|then|else)|;)$/.test(line) ? ' \\' : '; \\'}`
  })
  return `RUN ${joined.join('\n    ')}`
}
