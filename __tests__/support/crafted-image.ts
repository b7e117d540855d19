import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { docker, dockerTry, imageName } from './engine.ts'
import { temporaryFolder } from './temporary-folder.ts'

const manifestSchema = z.tuple([z.looseObject({ Config: z.string() })])
const configSchema = z.looseObject({ config: z.looseObject({}) })

/** What an image's author may write into its configuration; no tool that builds images would. */
export type Crafted = {
  readonly architecture?: string
  readonly variant?: string
  readonly user?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** The base image of the tests with another configuration, gone when the test is over. */
export async function craftedImage(name: string, { user, labels, ...others }: Crafted): Promise<string> {
  const folder = temporaryFolder()
  const [archive, files] = [join(folder, 'image.tar'), join(folder, 'image')]
  mkdirSync(files)
  await docker('save', '--output', archive, imageName.base)
  execFileSync('tar', ['-xf', archive, '-C', files])
  const [manifest] = manifestSchema.parse(JSON.parse(readFileSync(join(files, 'manifest.json'), 'utf8')))
  const config = configSchema.parse(JSON.parse(readFileSync(join(files, manifest.Config), 'utf8')))
  const own = { ...(user !== undefined && { User: user }), ...(labels && { Labels: labels }) }
  const crafted = { ...config, ...others, config: { ...config.config, ...own } }
  writeFileSync(join(files, 'crafted.json'), JSON.stringify(crafted))
  writeFileSync(
    join(files, 'manifest.json'),
    JSON.stringify([{ ...manifest, Config: 'crafted.json', RepoTags: [name] }]),
  )
  execFileSync('tar', ['-cf', archive, '-C', files, '.'])
  await docker('load', '--input', archive)
  onTestFinished(async () => {
    await dockerTry('rmi', '--force', name)
  })
  return name
}
