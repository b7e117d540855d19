import { execFile } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { docker, dockerTry } from './engine.ts'
import { recordOf } from './record.ts'
import type { StepResult } from './runner.ts'

/** Has the images that were made for a step removed when the test is over. */
export async function removedLater<Step extends StepResult>(step: Step): Promise<Step> {
  const { made = [] } = await recordOf(step)
  onTestFinished(async () => {
    for (const { image } of made) await dockerTry('rmi', '--force', image)
  })
  return step
}

/** Ids of images of ours that are not whole. */
export async function unfinishedImages(): Promise<string[]> {
  const text = await docker('images', '--quiet', '--no-trunc', '--filter', 'label=acode.image.state=building')
  return [...new Set(text.split('\n').filter((line) => line !== ''))]
}

/**
 * The environment of a step whose builds are BuildKit's: by the first `docker` on PATH that has it, in itself (Debian's
 * 20.10) or as a plugin.
 */
export async function buildKitEnvironment(): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)('which', ['-a', 'docker'])
  for (const cli of stdout.trim().split('\n')) {
    const env = { ...process.env, DOCKER_BUILDKIT: '1' }
    const script = `id=$(echo 'FROM scratch' | "$0" build --quiet -) && { "$0" rmi "$id" || true; }`
    const built = promisify(execFile)('sh', ['-c', script, cli], { env })
    const works = await built.then(
      () => true,
      () => false,
    )
    if (works) return { DOCKER_BUILDKIT: '1', PATH: [dirname(cli), process.env.PATH].join(delimiter) }
  }
  throw new Error('No docker on PATH builds with BuildKit: install its plugin docker-buildx.')
}
