/** What the variables of a description stand for. */
export interface VariableValues {
  /** The workspace on the runner, and in the container. */
  readonly localFolder: string
  readonly containerFolder: string
  /** A variable of the runner that the container may see; undefined: there is none. */
  readonly local: (name: string) => string | undefined
  /** A variable of the container, or what is written for when there is none; undefined: there is none. */
  readonly container: (name: string, otherwise: string) => string | undefined
  readonly id: string
}

const VARIABLE = /\$\{(\w+)(?::([^}]*))?\}/g

/** Fills variables in, such as `${localWorkspaceFolder}` and `${containerEnv:PATH}`. What is none stays as it is written. */
export function filledIn(text: string, values: VariableValues): string {
  return text.replace(
    VARIABLE,
    (written, name: string, rest?: string) => meaningOf(name, rest, values) ?? written,
  )
}

function meaningOf(name: string, rest: string | undefined, values: VariableValues): string | null {
  const base = (path: string) => path.split('/').findLast((part) => part !== '') ?? ''
  if (name === 'localWorkspaceFolder') return values.localFolder
  if (name === 'containerWorkspaceFolder') return values.containerFolder
  if (name === 'localWorkspaceFolderBasename') return base(values.localFolder)
  if (name === 'containerWorkspaceFolderBasename') return base(values.containerFolder)
  if (name === 'devcontainerId') return values.id
  if (rest === undefined) return null
  const [variable = '', ...otherwise] = rest.split(':')
  if (name === 'localEnv' || name === 'env') return values.local(variable) ?? otherwise.join(':')
  if (name === 'containerEnv') return values.container(variable, otherwise.join(':')) ?? otherwise.join(':')
  return null
}

/** Any text in a value, with its variables filled in. The value keeps its form, for a text is replaced by a text. */
export function filledInAll<T>(value: T, values: VariableValues): T {
  return filled(value, values) as T
}

function filled(value: unknown, values: VariableValues): unknown {
  if (typeof value === 'string') return filledIn(value, values)
  if (Array.isArray(value)) return value.map((one) => filled(one, values))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, values)]))
}
