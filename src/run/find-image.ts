import { isAbsolute, relative } from 'node:path/posix'
import * as runner from '../github/runner.ts'
import { isWithin } from '../host/files.ts'
import { findToolchain } from '../image/find-toolchain.ts'
import { ensureImage, type Image } from '../image/image.ts'
import { findToolchainsFile } from '../image/toolchains-file.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'

/** The image of the task, by name or toolchain, pulled where it has to be. */
export async function findImage(context: Context, spec: ContainerSpec): Promise<Image> {
  const { docker, run, signals, env } = context
  const { record } = run.recorder
  const workspace = env.GITHUB_WORKSPACE ?? process.cwd()
  if (spec.toolchain !== undefined) {
    const file = await findToolchainsFile(run.inputs['toolchains-file'], workspace)
    const folder = folderOf(spec)
    record.toolchain = await findToolchain(spec.toolchain, file, { workspace, folder })
    const { resolved, source } = record.toolchain
    if (source !== 'catalog') runner.info(`The toolchain is ${resolved}, from ${source}.`)
  }
  const reference = spec.image ?? record.toolchain?.image ?? ''
  record.container.image = reference
  await run.recorder.keep()
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

/** The task's working directory, relative to the workspace; the workspace itself where it is elsewhere. */
function folderOf({ workdir = '', workspacePath }: ContainerSpec): string {
  if (!isAbsolute(workdir)) return workdir
  return workspacePath !== undefined && isWithin(workdir, workspacePath)
    ? relative(workspacePath, workdir)
    : ''
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
