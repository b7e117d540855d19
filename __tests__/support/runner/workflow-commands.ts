import { type Command, parseCommand } from './command-syntax.ts'
import type { SecretMasker } from './secret-masker.ts'
import { Tail } from './tail.ts'

export type Annotation = {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly title?: string
  readonly file?: string
  readonly line?: string
}

export type Group = { readonly title: string; readonly lines: string[] }

const STOP = 'stop-commands'
const COMMANDS = [
  STOP,
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'warning',
]

/** What the runner keeps of a message, in annotation and log (ExecutionContext.AddIssue). */
const LONGEST_MESSAGE = 4096
/** Annotations of one level that the runner keeps of a step. */
const MOST_ANNOTATIONS = 10

/**
 * What the runner makes of a step's lines (ActionCommandManager.cs). Problem matchers and the echo of commands
 * (`::echo::on`) are left out.
 */
export class WorkflowCommands {
  readonly annotations: Annotation[] = []
  readonly masks: string[] = []
  readonly groups: Group[] = []
  readonly debug: string[] = []
  /** Commands that appeared between `::stop-commands::TOKEN` and `::TOKEN::`: printed, not carried out. */
  readonly ignoredCommands: Command[] = []
  /** From the deprecated `::set-output` and `::save-state`, which the runner still obeys. */
  readonly outputs: Record<string, string> = {}
  readonly state: Record<string, string> = {}
  /** A command that the runner refuses fails the step, whatever its exit code. */
  failed = false

  readonly #masker: SecretMasker
  readonly #registered = new Set(COMMANDS)
  readonly #log = new Tail()
  #stopToken: string | undefined
  #group: Group | undefined

  constructor(masker: SecretMasker) {
    this.#masker = masker
  }

  /** The lines that a reader of the workflow's log sees, secrets masked from the moment they were known. */
  log(): string[] {
    return this.#log.items()
  }

  read(line: string): void {
    const command = parseCommand(line, this.#registered)
    if (command === undefined) this.#write(line)
    else if (this.#stopToken === undefined) this.#carryOut(command)
    else if (command.name === this.#stopToken) this.#resume(command)
    else {
      this.ignoredCommands.push(command)
      this.#write(line)
    }
  }

  /** An annotation of the step, by a command or by the runner itself. */
  annotate(level: Annotation['level'], message: string, properties: Command['properties'] = {}): void {
    const { title, file, line } = properties
    const place = { ...(title && { title }), ...(file && { file }), ...(line && { line }) }
    const short = message.slice(0, LONGEST_MESSAGE)
    const ofLevel = this.annotations.filter((annotation) => annotation.level === level)
    if (ofLevel.length < MOST_ANNOTATIONS) this.annotations.push({ level, message: short, ...place })
    this.#write(`##[${level}]${short}`)
  }

  #carryOut(command: Command): void {
    const { name, data, properties } = command
    switch (name) {
      case STOP:
        this.#stop(command)
        break
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name, data, properties)
        break
      case 'add-mask':
        this.#mask(data)
        break
      case 'debug':
        this.debug.push(data)
        break
      case 'group':
        this.#group = undefined
        this.#write(`##[group]${data}`)
        this.#group = { title: data, lines: [] }
        this.groups.push(this.#group)
        break
      case 'endgroup':
        this.#group = undefined
        this.#write('##[endgroup]')
        break
      case 'set-output':
        this.#set(this.outputs, command)
        break
      case 'save-state':
        this.#set(this.state, command)
        break
      case 'set-env':
      case 'add-path':
        this.#refuse(command, `The \`${name}\` command is disabled.`)
        break
    }
  }

  #stop(command: Command): void {
    const token = command.data.toLowerCase()
    if (token === '' || token === 'pause-logging' || this.#registered.has(token)) {
      this.#refuse(command, 'You cannot use this endToken.')
      return
    }
    this.#stopToken = token
    this.#registered.add(token)
    if (token.length > 6) this.#masker.add(command.data)
    this.#write(command.line)
  }

  #resume(command: Command): void {
    this.#registered.delete(command.name)
    this.#stopToken = undefined
    this.#write(command.line)
  }

  #mask(value: string): void {
    if (value.trim() === '') {
      this.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.")
      return
    }
    const lines = value.split(/[\r\n]/).map((line) => line.trim())
    for (const secret of new Set([value, ...lines.filter((line) => line !== '')])) {
      this.masks.push(secret)
      this.#masker.add(secret)
    }
  }

  #set(values: Record<string, string>, command: Command): void {
    const { name } = command.properties
    if (name === undefined) this.#refuse(command, `Required field 'name' is missing in ${command.name}.`)
    else values[name] = command.data
  }

  #refuse(command: Command, why: string): void {
    this.failed = true
    this.annotate('error', `Unable to process command '${command.line}' successfully.`)
    this.annotate('error', why)
  }

  #write(line: string): void {
    const masked = this.#masker.mask(line)
    this.#log.push(masked)
    this.#group?.lines.push(masked)
  }
}
