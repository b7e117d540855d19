import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findToolchains } from '../../../src/image/find-toolchain.ts'
import { readToolchainsFile } from '../../../src/image/toolchains-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('the toolchain that a task gets (CTN-8, IMX-1)', () => {
  it.each([
    ['auto', 'node@22', 'node:22-slim', '.nvmrc:1'],
    [' auto ', 'node@22', 'node:22-slim', '.nvmrc:1'],
    ['node', 'node@22', 'node:22-slim', '.nvmrc:1'],
    ['Node', 'node@22', 'node:22-slim', '.nvmrc:1'],
    ['node@20', 'node@20', 'node:20-slim', 'catalog'],
    ['go', 'go@1.26', 'golang:1.26', 'catalog'],
  ])('%s is %s', async (requested, resolved, image, source) => {
    const place = repository({ '.nvmrc': '22' })
    expect(await findToolchains(requested, null, place)).toEqual([
      { requested: requested.trim(), resolved, image, source },
    ])
  })

  it.each([
    ['auto', { 'go.mod': 'go 1.24', '.nvmrc': '22' }, ['node@22', 'go@1.24']],
    ['go@1.25 node', { 'go.mod': 'go 1.24', '.nvmrc': '22' }, ['go@1.25', 'node@22']],
    ['node@22\n\n  go@1.24\n', {}, ['node@22', 'go@1.24']],
    ['node@22, go@1.24', {}, ['node@22', 'go@1.24']],
  ])('%s can be several', async (requested, files, resolved) => {
    const found = await findToolchains(requested, null, repository(files))
    expect(found.map((one) => one.resolved)).toEqual(resolved)
  })

  it.each(['auto node@22', 'node@22 devcontainer', 'devcontainer@a go'])(
    '%s is refused',
    async (requested) => {
      await expect(findToolchains(requested, null, repository({}))).rejects.toThrow(
        /names others besides auto/,
      )
    },
  )

  it('has the version of the repository in an image of the toolchains file', async () => {
    const file = await readToolchainsFile('tools.yml', 'node: mirror/node:{version}')
    const [found] = await findToolchains('auto', file, repository({ '.nvmrc': '22' }))
    expect(found).toMatchObject({ image: 'mirror/node:22', source: '.nvmrc:1' })
  })

  it('has the default where the file names no version', async () => {
    const [found] = await findToolchains('auto', null, repository({ 'package.json': '{}' }))
    expect(found).toMatchObject({ resolved: 'node@24', source: 'package.json' })
  })

  it.each([['nothing says so', {}, /found no file that names a toolchain in the workspace or above it/]])(
    'is none where %s',
    async (_, files, message) => {
      await expect(findToolchains('auto', null, repository(files))).rejects.toThrow(message)
    },
  )

  it('is not looked for in files of other languages', async () => {
    const [found] = await findToolchains('node', null, repository({ 'pom.xml': 'no XML' }))
    expect(found?.source).toBe('catalog')
  })
})

function repository(files: Readonly<Record<string, string>>) {
  const workspace = temporaryFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(workspace, name), content)
  return { workspace, folder: '' }
}
