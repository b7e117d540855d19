import { z } from 'zod'
import { problem } from './input-kinds.ts'

/** Who pulls from a registry. */
interface RegistryLogin {
  readonly username: string
  readonly password: string
}

/** The logins of an input, by the registry's name as it was written. */
export type RegistryLogins = ReadonlyMap<string, RegistryLogin>

const LINE = /^\s*([^\s=]+)\s*=\s*([^:\s]+):(.+)$/s

/** Lines `HOST=USER:PASSWORD`. A password may hold anything: a wrong line is named by its number only. */
export const registryLines = z.string().transform((value, context): RegistryLogins | undefined => {
  if (value.trim() === '') return undefined
  const logins = new Map<string, RegistryLogin>()
  for (const [index, line] of value.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [, host, username, password] = LINE.exec(line) ?? []
    if (host === undefined || username === undefined || password === undefined)
      return problem(context, `line ${index + 1} is no HOST=USER:PASSWORD, such as ghcr.io=octocat:TOKEN`)
    logins.set(host, { username, password })
  }
  return logins
})
