import * as runner from '../github/runner.ts'
import { ensureImage, type Image } from '../image/image.ts'
import { resolveToolchain } from '../image/toolchain.ts'
import { findToolchainsFile } from '../image/toolchains-file.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'

/** The image of the task, by name or toolchain, pulled where it has to be. */
export async function findImage(context: Context, spec: ContainerSpec): Promise<Image> {
  const { docker, run, signals, env } = context
  const { record } = run.recorder
  if (spec.toolchain !== undefined)
    record.toolchain = resolveToolchain(
      spec.toolchain,
      await findToolchainsFile(run.inputs['toolchains-file'], env.GITHUB_WORKSPACE ?? process.cwd()),
    )
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
