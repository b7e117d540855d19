import { shellQuoted } from '../../formats/shell-quoted.ts'
import type { LifeCommand } from './schema.ts'

/** Commands of a container's life by the key that has them. */
export type NamedCommands = readonly (readonly [key: string, command: LifeCommand | undefined])[]

/** The statements of a shell that commands come to: texts are lines of a shell, and lists programs with arguments. */
export function statementsOf(commands: NamedCommands): string[] {
  return commands.flatMap(([key, command]) => {
    if (command === undefined) return []
    if (typeof command === 'string' || Array.isArray(command)) return statement(key, command)
    return Object.entries(command).flatMap(([name, one]) => statement(`${key} ${name}`, one))
  })
}

function statement(key: string, command: string | readonly string[]): string[] {
  const text =
    typeof command === 'string' ? `sh -c ${shellQuoted(command)}` : command.map(shellQuoted).join(' ')
  return text.trim() === '' || command === ''
    ? []
    : [`echo ${shellQuoted(`${key}: ${shown(command)}`)}`, text]
}

const LONGEST = 200
const shown = (command: string | readonly string[]): string =>
  (typeof command === 'string' ? command : command.join(' ')).replace(/\s+/g, ' ').slice(0, LONGEST)

/**
 * What a shell runs before a task's own command: the commands, in the workspace and one after the other. The first that
 * fails ends the task, with its exit code. Empty when there are none.
 */
export function preludeOf(commands: NamedCommands): string {
  const statements = statementsOf(commands)
  if (statements.length === 0) return ''
  // `set -e` has no effect on the left of `||`.
  const lines = ['cd "$GITHUB_WORKSPACE"', ...statements].map((line) => `${line} || exit\n`)
  return `(\n${lines.join('')}) </dev/null || exit\n`
}
