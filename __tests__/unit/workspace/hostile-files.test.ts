import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { credentialFiles } from '../../../src/workspace/credential-files.ts'
import { parseConfigFile, withoutCredentials } from '../../../src/workspace/git-config.ts'
import { filesWithoutCredentials } from '../../../src/workspace/repository.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const MEBIBYTE = 1024 * 1024
const nothingIs = async () => false

/** A folder with files, path → content. */
function workspaceOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

describe('files that a checkout brings cost no more than their length (GIT-6)', () => {
  it.each([
    ['.npmrc', `//r/:_auth=${' '.repeat(MEBIBYTE - 100)}`],
    ['.npmrc', `${'_auth '.repeat(170_000)}`],
    ['.pypirc', '\n'.repeat(MEBIBYTE)],
    ['.pypirc', 'password '.repeat(110_000)],
    ['pip.conf', '://a:b'.repeat(170_000)],
    ['nuget.config', `Password ${' '.repeat(MEBIBYTE - 100)}`],
    ['.yarnrc.yml', `npmAuthToken:${' '.repeat(MEBIBYTE - 100)}`],
    ['.terraformrc', 'token '.repeat(170_000)],
  ])('%s', async (name, content) => {
    const found = await credentialFiles(workspaceOf({ [name]: content }), [name], nothingIs)
    expect(found).toEqual({ replaced: [], kept: [] })
  })

  it.each([
    ['.npmrc', '//r/:_authToken = abc', true],
    ['.npmrc', `//r/:_authToken=\${TOKEN}`, false],
    ['.npmrc', '//r/:_authToken=\nregistry=x', false],
    ['.pypirc', '[pypi]\n  password: abc', true],
    ['.pypirc', '[pypi]\npassword =\nusername = x', false],
  ])('and mean what they meant: %s with %j', async (name, content, isKept) => {
    const found = await credentialFiles(workspaceOf({ [name]: content }), [name], nothingIs)
    expect(found.kept).toEqual(isKept ? [name] : [])
  })

  it('in a configuration of git too', () => {
    const long = 'a'.repeat(MEBIBYTE)
    expect(withoutCredentials([{ key: 'x.y', value: long }])).toEqual([{ key: 'x.y', value: long }])
    expect(parseConfigFile(`[x]\ny =${' '.repeat(MEBIBYTE)}"`)).toEqual([])
    const url = { key: 'remote.o.url', value: 'https://user:password@host/x' }
    expect(withoutCredentials([url])).toEqual([{ key: 'remote.o.url', value: 'https://host/x' }])
  })

  it('and neither a configuration without end nor very many of them reach the task or the memory', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `bare-${at}`)
    const files = Object.fromEntries(
      many.flatMap((bare) => ['HEAD', 'objects/x', 'refs/x'].map((part) => [`${bare}/${part}`, 'x'])),
    )
    const workspace = workspaceOf(files)
    for (const bare of many) writeFileSync(join(workspace, bare, 'config'), '[http]\n\textraheader = x\n')
    execFileSync('truncate', ['-s', '20G', join(workspace, 'bare-0/config')])
    const { replacements: found } = await filesWithoutCredentials({
      runnerPath: workspace,
      scratch: temporaryFolder(),
      cancel: new AbortController().signal,
    })
    expect(found.map(({ path }) => path).toSorted()).toEqual(many.map((bare) => `${bare}/config`).toSorted())
    expect(found.every(({ content }) => content === '')).toBe(true)
  })
})
