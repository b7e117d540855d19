import { readFileSync } from 'node:fs'

/** A process that started us. */
export interface Parent {
  readonly commandLine: string
  /** The variables that it was started with, whatever it hands on. */
  readonly environment: ReadonlyMap<string, string>
}

/** The process that started us; null when it is not to be seen, as from within a container, or without /proc. */
export function parentProcess(pid: number = process.ppid): Parent | null {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    return {
      commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      environment: new Map(variables.map((one) => [one.replace(/=.*$/s, ''), one.replace(/^[^=]*=/, '')])),
    }
  } catch {
    return null // gone, hidden, or of another user
  }
}

/**
 * What a variable is on this machine; empty when it is not set. A workflow sets its steps' environment as it likes;
 * that of the runner's own process, which starts them, it does not. Where no such process is seen, as in a job
 * container, ours has to do.
 */
export function machineVariable(name: string, env: NodeJS.ProcessEnv, parent: Parent | null): string {
  const isRunner = parent !== null && /\bRunner\.Worker\b/.test(parent.commandLine)
  return (isRunner ? parent.environment.get(name) : env[name]) ?? ''
}
