import * as runner from '../github/runner.ts'
import { ensureImage, type Image } from '../image/image.ts'
import { resolveToolchain } from '../image/toolchain.ts'
import { findToolchainsFile } from '../image/toolchains-file.ts'
import type { ImageFacts } from '../record/facts.ts'
import type { ContainerSpec } from '../task/contract.ts'
import type { Context } from './context.ts'
import type { Run } from './open-run.ts'

/** The image of the task, by name or toolchain, pulled where it has to be. */
export async function pullImage({ docker, run, signals }: Context, spec: ContainerSpec): Promise<Image> {
  const { recorder } = run
  const wanted = await wantedImage(run, spec)
  recorder.learn({ wanted })
  await recorder.keep()
  const { reference } = wanted
  const group = lazyGroup(`Pulling ${reference}`)
  try {
    const image = await ensureImage(docker, {
      reference,
      pull: spec.pull,
      platform: spec.platform,
      signal: signals.cancel,
      onProgress: group.line,
    })
    recorder.learn({ image })
    return image
  } finally {
    group.end()
  }
}

/** @throws TaskError where there is no such toolchain */
async function wantedImage({ inputs, paths }: Run, { image, toolchain }: ContainerSpec): Promise<ImageFacts> {
  if (toolchain === undefined) return { reference: image ?? '', toolchain: null }
  const file = await findToolchainsFile(inputs['toolchains-file'], paths.workspace)
  const found = resolveToolchain(toolchain, file)
  return { reference: image ?? found.image, toolchain: found }
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
