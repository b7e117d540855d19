import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  featuresDockerfile,
  featuresKey,
  installFailure,
  installScript,
} from '../../../../src/image/derived/features.ts'
import { ScriptOutput } from '../../../../src/image/derived/script-output.ts'
import {
  type AskedFeatures,
  collectFeatures,
  type FetchedFeature,
} from '../../../../src/image/devcontainer/features/collect.ts'
import { filesOfArchive } from '../../../../src/image/devcontainer/features/files.ts'
import { digestOfFiles, filesOfFolder } from '../../../../src/image/devcontainer/features/folder.ts'
import { optionVariables, readMetadata } from '../../../../src/image/devcontainer/features/metadata.ts'
import { installOrder } from '../../../../src/image/devcontainer/features/order.ts'
import { featureReference } from '../../../../src/image/devcontainer/features/reference.ts'
import { archiveOf, feature, featureFiles, fileEntry, tarOf } from '../../../support/features.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const NONE_OF_THEM = 'The features could not be installed on a:1: ERROR: no space left. '
const FILE = '.devcontainer/devcontainer.json'

describe('the reference of a feature (IMX-1)', () => {
  it.each([
    ['ghcr.io/devcontainers/features/node:1', 'ghcr.io/devcontainers/features/node', '1'],
    ['ghcr.io/Devcontainers/features/node', 'ghcr.io/devcontainers/features/node', 'latest'],
    [`reg.example:5000/a/b@sha256:${'0'.repeat(64)}`, 'reg.example:5000/a/b', `sha256:${'0'.repeat(64)}`],
    ['localhost:5000/a:1.2.3', 'localhost:5000/a', '1.2.3'],
  ])('%s is in a registry', (written, id, version) => {
    expect(featureReference(written, FILE)).toMatchObject({ kind: 'registry', id, version })
  })

  it('is a folder or an address else', () => {
    expect(featureReference('./my-feature', FILE)).toMatchObject({ path: '.devcontainer/my-feature' })
    expect(featureReference('../shared/x', FILE)).toMatchObject({ path: 'shared/x' })
    expect(featureReference('./x', '.devcontainer.json')).toMatchObject({ path: 'x' })
    expect(featureReference('https://a.example/x.tgz', FILE)).toMatchObject({
      url: 'https://a.example/x.tgz',
    })
  })

  it.each([
    ['node', /names no registry/],
    ['devcontainers/features/node:1', /names no registry/],
    ['ghcr.io/a b', /is no reference/],
    ['ghcr.io/acme/../evil/feature:1', /is no reference/],
    ['ghcr.io/acme//feature:1', /is no reference/],
    ['ghcr.io/acme/-a:1', /is no reference/],
    ['ghcr.io/acme/a:..', /is no reference/],
    ['ghcr.io@evil.example/a:1', /names no registry/],
    ['../../out', /leads out of the workspace/],
    ['http://a.example/x.tgz', /is not https/],
    ['https://ada:secret@a.example/x.tgz', /may not have a login/],
  ])('%s is an error', (written, message) => {
    expect(() => featureReference(written, FILE)).toThrow(message)
  })
})

describe('the options of a feature (IMX-1)', () => {
  const about = {
    id: 'node',
    options: {
      version: { type: 'string', default: 'lts' },
      'install-tools': { type: 'boolean', default: true },
      '2fast': { default: 'x' },
      mode: { enum: ['a', 'b'], default: 'a' },
      none: { type: 'string' },
    },
  }
  const variables = (given: AskedFeatures[string]) =>
    optionVariables(readMetadata(JSON.stringify(about), 'x'), given)

  it('are variables, with the defaults of those that are not given', () => {
    const defaults = { VERSION: 'lts', INSTALL_TOOLS: 'true', _FAST: 'x', MODE: 'a' }
    expect(variables({})).toEqual(defaults)
    expect(variables({ version: '22', 'install-tools': 'false', other: '1' })).toEqual({
      ...{ ...defaults, VERSION: '22' },
      ...{ INSTALL_TOOLS: 'false', OTHER: '1' },
    })
  })

  it('have the values that are known', () => {
    expect(() => variables({ mode: 'c' })).toThrow(/option mode of the feature node is c, and may be a, b/)
  })

  it.each([
    ['{', /cannot be read/],
    ['{"options":{}}', /cannot be read: .*id/s],
    ['{"id":"x","containerEnv":{"A B":"1"}}', /cannot be read/],
    [`{"id":"x"}${' '.repeat(256 * 1024)}`, /longer than 256 KiB/],
  ])('are not read of %s', (text, message) => {
    expect(() => readMetadata(text, 'ghcr.io/a/x')).toThrow(message)
  })
})

describe('which features are installed, and when (IMX-1)', () => {
  const named = (id: string, more: object = {}) => feature({ id, ...more })
  const ids = (features: readonly { metadata: { id: string } }[]) =>
    features.map(({ metadata }) => metadata.id)
  const at = (id: string) => `ghcr.io/acme/features/${id}`

  it.each([
    ['by their names', [named('b'), named('a')], [], ['a', 'b']],
    [
      'after those that they want before',
      [named('a', { installsAfter: [at('b')] }), named('b')],
      [],
      ['b', 'a'],
    ],
    ['after none that is not wanted', [named('a', { installsAfter: [at('x')] })], [], ['a']],
    [
      'after those by their old names',
      [named('a', { installsAfter: [at('old')] }), named('b', { legacyIds: ['old'] })],
      [],
      ['b', 'a'],
    ],
    [
      'as the description wants',
      [named('a'), named('b'), named('c')],
      [at('c'), `${at('b')}:1`],
      ['c', 'b', 'a'],
    ],
    [
      'with what they depend on before, whatever the description wants',
      [feature({ id: 'a' }, {}, ['b']), named('b'), named('c')],
      [at('a'), at('c')],
      ['c', 'b', 'a'],
    ],
  ])('are in order %s', (_, features, first, order) => {
    expect(ids(installOrder(features, first))).toEqual(order)
  })

  it('are an error where they wait for each other', () => {
    const circle = [feature({ id: 'a' }, {}, ['b']), named('b', { installsAfter: [at('a')] })]
    expect(() => installOrder(circle, [])).toThrow(/features\/a:1, .*features\/b:1 wait for each other/)
  })

  /** Features that exist, by their ids. */
  const collect = (asked: AskedFeatures, all: Record<string, object>) => {
    const fetched: string[] = []
    const found = collectFeatures(asked, FILE, async ({ id }, written): Promise<FetchedFeature> => {
      fetched.push(written)
      const name = id.split('/').at(-1) ?? ''
      return {
        digest: name,
        files: [],
        metadata: readMetadata(JSON.stringify({ id: name, ...all[name] }), written),
      }
    })
    return { fetched, found }
  }

  it('are those that are asked for, and what they depend on, each once', async () => {
    const { fetched, found } = collect(
      { [`${at('a')}:1`]: {}, [`${at('b')}:1`]: { version: '2' } },
      {
        a: { dependsOn: { [`${at('c')}:1`]: {}, [`${at('b')}:1`]: '2' } },
        c: { dependsOn: { [`${at('a')}:1`]: {}, [`${at('b')}:1`]: { version: '3' } } },
      },
    )
    const features = await found
    expect(features.map(({ metadata, options }) => [metadata.id, options]).sort()).toEqual([
      ['a', {}],
      ['b', { version: '3' }],
      ['b', { version: '2' }],
      ['c', {}],
    ])
    expect(fetched.toSorted()).toEqual(['a', 'b', 'c'].map((id) => `${at(id)}:1`))
    expect(() => installOrder(features, [])).toThrow(/wait for each other/)
  })

  it('are an error where they have no end', async () => {
    const all = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`f${n}`, { dependsOn: { [at(`f${n + 1}`)]: {} } }]),
    )
    const { found, fetched } = collect({ [at('f0')]: {} }, all)
    await expect(found).rejects.toThrow(/more than 64/)
    expect(fetched).toHaveLength(64)
  })

  it('are fetched a few at a time, and none where they are too many', async () => {
    const asked = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [at(`f${n}`), {}]))
    const { found, fetched } = collect(asked(65), {})
    await expect(found).rejects.toThrow(/more than 64/)
    expect(fetched).toEqual([])
    let running = 0
    let most = 0
    await collectFeatures(asked(20), FILE, async (_, written) => {
      most = Math.max(most, ++running)
      await nextTurn()
      running--
      return { digest: written, files: [], metadata: readMetadata('{"id":"x"}', written) }
    })
    expect(most).toBe(3)
  })

  it('are not fetched any more after the first that fails', async () => {
    const asked = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [at(`f${n}`), {}]))
    const fetched: string[] = []
    const found = collectFeatures(asked, FILE, async (_, written) => {
      fetched.push(written)
      await nextTurn()
      throw new Error('gone')
    })
    await expect(found).rejects.toThrow('gone')
    expect(fetched).toHaveLength(3)
  })

  it('are refused where they have too many bytes together', async () => {
    const content = Buffer.alloc(64 * 1024 ** 2)
    const asked = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [at(`f${n}`), {}]))
    let fetched = 0
    const found = collectFeatures(asked, FILE, async (_, written) => {
      fetched++
      const metadata = readMetadata('{"id":"x"}', written)
      return { digest: written, files: [{ path: 'x', content }], metadata }
    })
    await expect(found).rejects.toThrow(/more than 256 MiB/)
    expect(fetched).toBeLessThan(8)
  })
})

describe('the files of a feature (IMX-1)', () => {
  const base = { mode: 0o777, uid: 0, gid: 0 }
  it('come of its archive, packed or not', async () => {
    const files = { ...featureFiles({ id: 'a' }, 'echo\n'), 'lib/x.sh': 'x' }
    const names = (await filesOfArchive(await archiveOf(files))).map(({ path }) => path)
    expect(names).toEqual(['devcontainer-feature.json', 'install.sh', 'lib/x.sh'])
    const dotted = await filesOfArchive(await archiveOf({ './install.sh': 'echo', 'a/.//b': 'b' }))
    expect(dotted.map(({ path, content }) => [path, String(content)])).toEqual([
      ['install.sh', 'echo'],
      ['a/b', 'b'],
    ])
    const root = { ...base, path: './', type: 'folder' as const }
    expect(await filesOfArchive(await tarOf([root, fileEntry('./x', '')]))).toHaveLength(1)
  })

  it.each([
    ['a name that leads up', [fileEntry('a/../../x', '')], /"a\/\.\.\/\.\.\/x", which leads out of it/],
    ['a whole path', [fileEntry('/etc/passwd', '')], /which leads out of it/],
    [
      'a link',
      [{ ...base, path: 'x', type: 'link' as const, target: '/etc' }],
      /x, which is neither file nor/,
    ],
    ['another name', [{ ...base, path: 'x', type: 'hard-link' as const, target: 'y' }], /neither file nor/],
    ['a file as a folder', [fileEntry('a/b', ''), fileEntry('a', '')], /a as a file and as a folder/],
    [
      'a file as a folder by another spelling',
      [fileEntry('a/b', ''), fileEntry('a/.', '')],
      /a as a file and as/,
    ],
    ['a file that is its own folder', [fileEntry('.', '')], /"\.", which is no name of a file/],
    ['a file without a name', [fileEntry('./', '')], /which is no name of a file/],
    ['a long name', [fileEntry(`a/${'ä'.repeat(128)}`, '')], /which is longer than 255 bytes/],
    ['a long path', [fileEntry('abcdefg/'.repeat(256), '')], /which is longer than 2000 bytes/],
    ['too many', Array.from({ length: 5_001 }, (_, n) => fileEntry(`f${n}`, '')), /more than 5000 entries/],
  ])('are refused with %s', async (_, entries, message) => {
    await expect(filesOfArchive(await tarOf(entries))).rejects.toThrow(message)
  })

  it('are refused where they are no archive, or of no end', async () => {
    await expect(filesOfArchive(Buffer.from('no archive'))).rejects.toThrow(/ends in the middle/)
    await expect(filesOfArchive(gzipSync(Buffer.alloc(65 * 1024 ** 2)))).rejects.toThrow(/more than 64 MiB/)
  })

  it('are those of a folder, which no link leads out of', async () => {
    const workspace = temporaryFolder()
    mkdirSync(join(workspace, 'f/lib'), { recursive: true })
    writeFileSync(join(workspace, 'f/install.sh'), 'a')
    writeFileSync(join(workspace, 'f/lib/x'), 'b')
    const files = await filesOfFolder(workspace, 'f')
    expect(files.map(({ path }) => path)).toEqual(['install.sh', 'lib/x'])
    expect(await filesOfFolder(workspace, 'f/')).toEqual(files)
    writeFileSync(join(workspace, 'f/lib/x'), 'c')
    expect(digestOfFiles(await filesOfFolder(workspace, 'f'))).not.toBe(digestOfFiles(files))
    symlinkSync('/etc/passwd', join(workspace, 'f/passwd'))
    await expect(filesOfFolder(workspace, 'f')).rejects.toThrow(/leads out of the workspace/)
    symlinkSync('/usr', join(workspace, 'usr'))
    await expect(filesOfFolder(workspace, 'usr')).rejects.toThrow(/leads out of the workspace/)
    await expect(filesOfFolder(workspace, 'f/install.sh')).rejects.toThrow(/ENOTDIR/)
  })

  it('are too many in a folder with more than 5000 entries, folders among them', async () => {
    const workspace = temporaryFolder()
    for (let n = 0; n <= 5_000; n++) mkdirSync(join(workspace, `f/${n % 70}/${n}`), { recursive: true })
    await expect(filesOfFolder(workspace, 'f')).rejects.toThrow(/more than 5000 files/)
  })
})

describe('the image with features (IMX-1)', () => {
  const users = { container: 'root', remote: 'dev' }
  const values = {
    ...{ localFolder: '/w/x y', containerFolder: '/in', id: '0123', container: () => undefined },
    local: (name: string) => (name === 'LANG' ? 'a$b"c\\' : undefined),
  }
  const tool = feature({
    id: 'tool',
    options: { version: { default: 'x' } },
    containerEnv: { PATH: `/opt/"tool":\${containerEnv:PATH}`, HOMES: `\${HOME}\nRUN false` },
  })

  it('has a layer for each, as root, and the variables before', () => {
    const image = { reference: 'a:1', digest: null, user: 'app' }
    expect(featuresDockerfile(image, [tool, feature({ id: 'b' })], values).split('\n')).toEqual([
      'FROM a:1',
      'USER 0',
      `# ghcr.io/acme/features/tool:1 ${tool.digest}`,
      `ENV PATH="/opt/\\"tool\\":\${PATH}"`,
      `ENV HOMES="\${HOME} RUN false"`,
      'COPY 0/ /acode-feature/',
      'RUN ["sh", "/acode-feature/run"]',
      expect.stringMatching(/^# ghcr.io\/acme\/features\/b:1 sha256:/),
      'COPY 1/ /acode-feature/',
      'RUN ["sh", "/acode-feature/run"]',
      'USER app',
      '',
    ])
  })

  it.each([
    [`\${containerEnv:A}:\${B}`, `\${A}:\${B}`],
    [`\${containerEnv:A:it's "x":y}`, `\${A:-it\\'s \\"x\\":y}`],
    [`\${containerEnv:A:}`, `\${A}`],
    [`\${localEnv:LANG} \${localEnv:NONE:de} \${env:NONE}.`, `a\\$b\\"c\\\\ de .`],
    [`\${devcontainerId}-\${localWorkspaceFolder}`, '0123-/w/x y'],
    [`\${containerWorkspaceFolderBasename}`, 'in'],
    [`\${other} $C \\$D`, `\${other} $C \\\\$D`],
  ])('has %j as Docker fills it in', (value, expected) => {
    const image = { reference: 'a:1', digest: null, user: '' }
    const dockerfile = featuresDockerfile(image, [feature({ id: 'b', containerEnv: { X: value } })], values)
    expect(dockerfile).toContain(`\nENV X="${expected}"\n`)
  })

  it('is the same for the same features in the same order', () => {
    const other = feature({ id: 'b' })
    const key = (
      ...[features, on = '1', who = users, its = {}]: [
        readonly (typeof tool)[],
        string?,
        typeof users?,
        object?,
      ]
    ) => featuresKey(features, { id: on }, { users: who, platform: undefined, values: { ...values, ...its } })
    const keys = [
      key([tool, other]),
      key([other, tool]),
      key([tool]),
      key([{ ...tool, variables: { VERSION: 'y' } }, other]),
      key([tool, other], '2'),
      key([tool, other], '1', { container: 'root', remote: 'root' }),
      key([feature({ id: 'b', containerEnv: { A: `\${devcontainerId}` } })]),
      key([feature({ id: 'b', containerEnv: { A: `\${devcontainerId}` } })], '1', users, { id: 'other' }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(key([tool, other])).toBe(keys[0])
  })

  it('is made by scripts that get options and users, and whose end is heard', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'files'))
    const quotes = `it's "$HOME" \\`
    writeFileSync(
      join(folder, 'files/install.sh'),
      '#!/bin/sh\necho "$VERSION|$_REMOTE_USER|$_CONTAINER_USER_HOME"\nexit 3\n',
    )
    chmodSync(join(folder, 'files/install.sh'), 0o755)
    const script = installScript({ ...tool, variables: { VERSION: quotes } }, 5, users)
    const { stdout, status } = spawnSync('sh', ['-c', script.replaceAll('/acode-feature', folder)], {
      encoding: 'utf8',
    })
    const root = readFileSync('/etc/passwd', 'utf8').match(/^root:.*:([^:]*):[^:]*$/m)?.[1]
    expect(status).toBe(3)
    const output = new ScriptOutput('feature')
    for (const line of stdout.split('\n')) output.take(line)
    expect(output).toMatchObject({ begun: 5, code: 3, lastLines: `  ${quotes}|dev|${root}\n` })
  })
  it.each([
    [
      'of the one that ended so, whichever were made before',
      ['acode-feature: begin 1', 'no such system', 'acode-feature: end 4'],
      'The feature ghcr.io/acme/features/b:1 could not be installed on a:1: exit code 4. Its last lines:\n  no such system\n',
    ],
    [
      'of the one that did not end',
      ['acode-feature: begin 0', 'acode-feature: end 0', 'acode-feature: begin 1'],
      'The feature ghcr.io/acme/features/b:1 could not be installed on a:1. ',
    ],
    ['of none where all have ended', ['acode-feature: begin 1', 'acode-feature: end 0'], NONE_OF_THEM],
    ['of none where none has begun', [], NONE_OF_THEM],
    ['of none when there is none of that number', ['acode-feature: begin 7', 'x'], NONE_OF_THEM],
  ])('fails with the name %s', (_, lines, message) => {
    const output = new ScriptOutput('feature')
    for (const line of lines) output.take(line)
    const failure = installFailure([tool, feature({ id: 'b' })], 'a:1', output, 'ERROR: no space left')
    expect(failure).toMatch(new RegExp(`^${message.replaceAll('.', '\\.')}(Correct|Check) `))
  })
})
