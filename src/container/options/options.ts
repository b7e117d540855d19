import { jointError, TaskError } from '../../errors.ts'
import { QuotingError, shellWords } from '../../formats/shell-words.ts'
import type { ContainerSpec } from '../../task/contract.ts'
import { unknownKey } from '../../task/problems.ts'
import { capabilityName } from './capabilities.ts'
import { OPTIONS, type OptionPolicy } from './option-policies.ts'
import { isAtLeast, wayOut } from './profiles.ts'

/** What decides which options a task may have. */
export type OptionsContext = Pick<ContainerSpec, 'profile' | 'network'>

const SHORT: Readonly<Record<string, string>> = {
  a: 'attach',
  c: 'cpu-shares',
  e: 'env',
  h: 'hostname',
  i: 'interactive',
  l: 'label',
  m: 'memory',
  P: 'publish-all',
  p: 'publish',
  q: 'quiet',
  t: 'tty',
  u: 'user',
  v: 'volume',
  w: 'workdir',
}

/**
 * Splits the input `options` as a shell would and lets through what neither belongs to the action nor breaks
 * isolation.
 * @throws TaskError ACODE-CTN-011 when an option is refused, ACODE-CTN-006 when one cannot be passed; of all of them
 */
export function parseOptions(text: string, context: OptionsContext): string[] {
  const { args, problems } = readOptions(text, context)
  if (problems.length > 0) throw jointError(problems, 'The input options has')
  return args
}

/** All that {@link parseOptions} would refuse, each by itself. */
export const optionProblems = (text: string, context: OptionsContext): readonly TaskError[] =>
  readOptions(text, context).problems

/** The flags that {@link parseOptions} leaves out, since they say what is so anyway; as they are written. */
export const droppedOptions = (text: string, context: OptionsContext): readonly string[] =>
  readOptions(text, context).dropped

function readOptions(
  text: string,
  context: OptionsContext,
): { args: string[]; dropped: string[]; problems: TaskError[] } {
  const args: string[] = []
  const dropped: string[] = []
  const problems: TaskError[] = []
  const collectProblem = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof TaskError)) throw error
      problems.push(error)
      return undefined
    }
  }
  const words = collectProblem(() => wordsOf(text)) ?? []
  while (words.length > 0) {
    const passed = collectProblem(() => passOption(words, context))
    if (passed) (passed.isDropped ? dropped : args).push(...passed.words)
    // What follows an option that cannot be passed is its value, and no separate problem.
    else while (words.length > 0 && !words[0]?.startsWith('-')) words.shift()
  }
  return { args, dropped, problems }
}

/** Takes an option and its value from the words: the arguments that they become, or what is left out. */
function passOption(words: string[], context: OptionsContext): { words: string[]; isDropped: boolean } {
  const option = readOption(words)
  const policy = Object.hasOwn(OPTIONS, option.name) ? OPTIONS[option.name] : undefined
  if (!policy) throw invalid(`${option.written} ${unknownKey(option.name, Object.keys(OPTIONS))}`)
  if (policy.kind === 'owned' && policy.isSo?.includes(option.value ?? 'true'))
    return { words: [option.written], isDropped: true }
  if (policy.kind === 'owned') throw invalid(`${option.written} belongs to the action: use ${policy.use}`)
  if (policy.kind === 'refused') throw optionRefusal(option.written, policy.why)
  if (!policy.value) {
    refuse(option.written, option.name, '', policy, context)
    if (option.value !== undefined) throw invalid(`${option.written} takes no value`)
    return { words: [`--${option.name}`], isDropped: false }
  }
  const given = option.value ?? words.shift()
  if (given === undefined) throw invalid(`${option.written} needs a value`)
  refuse(`${option.written} ${given}`, option.name, given, policy, context)
  return { words: [`--${option.name}`, given], isDropped: false }
}

/** @throws TaskError ACODE-CTN-011 when the profile does not take an option with this value */
function refuse(
  shown: string,
  name: string,
  value: string,
  { refuse: refusals = [] }: Extract<OptionPolicy, { kind: 'allowed' }>,
  { profile, network }: OptionsContext,
): void {
  const found = refusals.find(
    ({ when, from }) => when.test(value) && (from === null || !isAtLeast(profile, from)),
  )
  if (found) throw optionRefusal(shown, found.why, found.from === null ? '' : wayOut(found.from))
  const rulesNetwork = name === 'cap-add' && ['NET_ADMIN', 'NET_RAW'].includes(capabilityName(value))
  if (rulesNetwork && network === 'host' && profile !== 'privileged')
    throw optionRefusal(
      shown,
      'with network: host it would act on the runner’s own network',
      `use another network, or ${wayOut('privileged')}`,
    )
}

/** Whether root in a task's container may write files of others: profile strict takes that right, and so may options. */
export function rootOverrides(spec: OptionsContext & Pick<ContainerSpec, 'options'>): boolean {
  const words = parseOptions(spec.options, spec)
  const dropped = words.filter((_, at) => words[at - 1] === '--cap-drop').map(capabilityName)
  return spec.profile !== 'strict' && !dropped.some((name) => name === 'ALL' || name === 'DAC_OVERRIDE')
}

/**
 * The names of the options in a text, whatever may become of them. A word that begins with a dash and is the value of
 * an option counts as one: who refuses by names refuses too much rather than too little.
 */
export function optionNames(text: string): string[] {
  let words: string[]
  try {
    words = wordsOf(text)
  } catch (error) {
    if (error instanceof TaskError) return [] // no list of options, and refused as that by parseOptions
    throw error
  }
  const names: string[] = []
  while (words.length > 0) {
    if (!words[0]?.startsWith('-')) {
      words.shift()
      continue
    }
    try {
      names.push(readOption(words).name)
    } catch (error) {
      if (!(error instanceof TaskError)) throw error // no option, and refused as that by parseOptions
    }
  }
  return names
}

interface Option {
  readonly name: string
  readonly value: string | undefined
  /** As the user wrote it, without its value. */
  readonly written: string
}

function readOption(words: string[]): Option {
  const word = words.shift() ?? ''
  const long = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word)
  if (long?.[1]) return { name: long[1], value: long[2], written: `--${long[1]}` }
  const short = /^-([A-Za-z])(.*)$/s.exec(word)
  const name = short?.[1] ? SHORT[short[1]] : undefined
  if (!short || name === undefined) throw invalid(`"${word}" is no option`)
  const rest = short[2] ?? ''
  const written = `-${short[1]}`
  if (!isFlag(name) || rest.startsWith('='))
    return { name, value: rest === '' ? undefined : rest.replace(/^=/, ''), written }
  if (rest !== '') words.unshift(`-${rest}`)
  return { name, value: undefined, written }
}

/** True of an option that takes no value. */
function isFlag(name: string): boolean {
  const policy = OPTIONS[name]
  if (policy?.kind === 'allowed') return !policy.value
  return policy?.kind === 'owned' && policy.isSo !== undefined
}

function wordsOf(text: string): string[] {
  try {
    return shellWords(text)
  } catch (error) {
    if (error instanceof QuotingError) throw invalid(error.message)
    throw error
  }
}

const invalid = (what: string) => new TaskError('ACODE-CTN-006', `The input options cannot be used: ${what}.`)
const optionRefusal = (option: string, why: string, way = '') =>
  new TaskError(
    'ACODE-CTN-011',
    `The option ${option} is refused: ${why}. Remove it from options${way === '' ? '' : `; ${way}`}.`,
  )
