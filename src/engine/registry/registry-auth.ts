import { z } from 'zod'
import * as runner from '../../github/runner.ts'
import { run } from '../../host/process.ts'
import { dockerConfig } from './docker-config.ts'
import { registryKey } from './image-reference.ts'

/** A login at a registry: a user with a password, or a token. */
export interface RegistryAuth {
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly identitytoken?: string | undefined
  readonly registrytoken?: string | undefined
}

/** A helper asks a keychain or a cloud, and the CLI waits for it without a bound. */
const HELPER_MS = 60_000

const answerSchema = z.object({ Username: z.string(), Secret: z.string() })

/** What a helper calls itself where its secret is a token. */
const TOKEN_USER = '<token>'

/**
 * The credentials that Docker's configuration has for a registry, from where the CLI takes them: its own helper, the
 * helper for all, or the file. Null when there are none.
 * @param registry its `registryKey`
 */
export async function configuredAuth(
  registry: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<RegistryAuth | null> {
  const config = dockerConfig(env)
  const helper = ofRegistry(config.credHelpers, registry) ?? config.credsStore
  if (helper !== undefined && helper !== '') return askHelper(helper, registry, env, signal)
  const { auth, ...kept } = ofRegistry(config.auths, registry) ?? {}
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString()) ?? []
  // The file ends some passwords with NUL bytes, which the CLI cuts off.
  const found = username === undefined ? kept : { ...kept, username, password: password?.replace(/\0+$/, '') }
  return Object.values(found).some((value) => value !== undefined && value !== '') ? found : null
}

/** What a map of the configuration has under any spelling of a registry's name. */
function ofRegistry<T>(map: Readonly<Record<string, T>> | undefined, registry: string): T | undefined {
  const found = Object.entries(map ?? {}).find(([server]) => registryKey(server) === registry)
  return found?.[1]
}

/** One that fails or has nothing leaves the pull without credentials, as it does with the CLI. */
async function askHelper(
  helper: string,
  registry: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<RegistryAuth | null> {
  const program = `docker-credential-${helper}`
  try {
    const options = { env, signal, timeoutMs: HELPER_MS, input: Buffer.from(registry) }
    const { code, stdout } = await run(program, ['get'], options)
    if (code === 0) return readAnswer(stdout)
    // A helper's complaint comes by stdout, where its secrets would be: it is not repeated.
    runner.debug(`${program} has no credentials for ${registry}: it ended with ${code}`)
  } catch (error) {
    runner.debug(
      `${program} gave no credentials for ${registry}: ${error instanceof Error ? error.name : ''}`,
    )
  }
  return null
}

function readAnswer(text: string): RegistryAuth {
  const { Username: username, Secret: secret } = answerSchema.parse(JSON.parse(text))
  return username === TOKEN_USER ? { identitytoken: secret } : { username, password: secret }
}

/** Credentials as the Engine API takes them: a header, in Base64 for URLs with its padding. */
export function authHeader(auth: RegistryAuth, registry: string): string {
  const text = JSON.stringify({ ...auth, serveraddress: registry })
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
