import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { isErrno } from '../../host/open-folder.ts'
import { registryKey } from './image-reference.ts'

const fileSchema = z.looseObject({
  auths: z.record(z.string(), z.unknown()).optional().catch(undefined),
  credHelpers: z.record(z.string(), z.string()).optional().catch(undefined),
})

const CONFIG = 'config.json'

/**
 * Makes a folder of Docker's configuration for this run alone: that of the user, with logins that go before the user's
 * own. Contexts, plugins and all else are links to the user's.
 * @param folder one that is not there yet, in a folder that only this user may enter
 */
export async function runConfigFolder(
  folder: string,
  logins: Iterable<readonly [host: string, login: { readonly username: string; readonly password: string }]>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const users = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
  await mkdir(folder, { mode: 0o700 })
  for (const name of await namesIn(users))
    if (name !== CONFIG) await symlink(join(users, name), join(folder, name))
  const config = await readConfig(join(users, CONFIG))
  const own = [...logins].map(([host, { username, password }]) => {
    const auth = Buffer.from(`${username}:${password}`).toString('base64')
    return [registryKey(host), { auth }] as const
  })
  // A registry whose helper is an empty name is looked up in the file, whatever the helper for all others is.
  const fromFile = own.map(([registry]) => [registry, ''] as const)
  const merged = {
    ...config,
    auths: { ...config.auths, ...Object.fromEntries(own) },
    credHelpers: { ...config.credHelpers, ...Object.fromEntries(fromFile) },
  }
  await writeFile(join(folder, CONFIG), JSON.stringify(merged), { mode: 0o600 })
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

async function readConfig(path: string): Promise<z.output<typeof fileSchema>> {
  try {
    return fileSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? {}
  } catch {
    return {} // none, or no JSON, of which the CLI has complained before
  }
}
