import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { isWithin } from '../engine/files.ts'
import * as runner from '../engine/runner.ts'
import { messageOf, TaskError } from '../errors.ts'
import { ensureImage, type Image } from '../image/image.ts'
import { readToolchainsFile, resolveToolchain, type ToolchainsFile } from '../image/toolchain.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'

/** The image of the task, by name or toolchain, pulled where it has to be. */
export async function findImage(context: Context, spec: ContainerSpec): Promise<Image> {
  const { docker, run, signals } = context
  const { record } = run.recorder
  if (spec.toolchain !== undefined)
    record.toolchain = resolveToolchain(spec.toolchain, await toolchainsFile(context))
  const reference = spec.image ?? record.toolchain?.image ?? ''
  record.container.image = reference
  const group = lazyGroup(`Pulling ${reference}`)
  try {
    const image = await ensureImage(docker, {
      reference,
      pull: spec.pull,
      platform: spec.platform,
      signal: signals.cancel,
      onProgress: group.line,
    })
    record.container.digest = image.digest ?? image.id
    record.container.platform = image.platform
    record.budgets.imageBytes = image.bytes
    return image
  } finally {
    group.end()
  }
}

/** A group that is there only where it has lines. */
function lazyGroup(title: string) {
  let open = false
  return {
    line(line: string) {
      if (!open) runner.startGroup(title)
      open = true
      runner.info(line)
    },
    end() {
      if (open) runner.endGroup()
    },
  }
}

const DEFAULT_TOOLCHAINS_FILE = '.github/toolchains.yml'

async function toolchainsFile({ run, env }: Context): Promise<ToolchainsFile | null> {
  const named = run.inputs['toolchains-file']
  const path = named ?? DEFAULT_TOOLCHAINS_FILE
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd()
  try {
    // Links come from the repository's content: none may lead to another file of the runner.
    const file = await realpath(join(workspace, path))
    if (!isWithin(file, await realpath(workspace))) throw new Error('it leads out of the workspace')
    return await readToolchainsFile(path, await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof TaskError) throw error
    if (named === undefined && isMissing(error)) return null
    const why = `The toolchains file ${path} cannot be read: ${messageOf(error)}. Correct it, or the input toolchains-file.`
    throw new TaskError('ACODE-CTN-006', why, { cause: error })
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
