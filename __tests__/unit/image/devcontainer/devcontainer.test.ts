import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Labels } from '../../../../src/engine/labels.ts'
import { parseJsonWithComments } from '../../../../src/formats/json-comments.ts'
import { preludeOf } from '../../../../src/image/devcontainer/commands.ts'
import { describedTask, requireDoable } from '../../../../src/image/devcontainer/described-task.ts'
import type { Feature } from '../../../../src/image/devcontainer/features/collect.ts'
import { inheritedOf } from '../../../../src/image/devcontainer/inherited.ts'
import { taskMounts } from '../../../../src/image/devcontainer/mounts.ts'
import { readDescription } from '../../../../src/image/devcontainer/read.ts'
import { containerSchema, specOf } from '../../../../src/task/contract.ts'
import { devcontainerIn } from '../../../../src/task/devcontainer.ts'
import { feature } from '../../../support/features.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

function repository(files: Readonly<Record<string, string>>): string {
  const workspace = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true })
    writeFileSync(join(workspace, name), content)
  }
  return workspace
}

/** What a description makes of a task, in a workspace that has it. */
async function described(
  description: object,
  task: object = {},
  features: readonly Feature[] = [],
  labels: Labels = {},
) {
  const file = '.devcontainer/devcontainer.json'
  const workspace = repository({ [file]: JSON.stringify(description) })
  const spec = specOf(containerSchema.parse({ toolchain: 'devcontainer', ...task }))
  const local = (name: string) => (name === 'GITHUB_REF' ? 'refs/heads/main' : undefined)
  const read = await readDescription(workspace)
  requireDoable(read)
  const found = describedTask(read, spec, { workspace, local, features })
  const whole = found.specWith({ variables: new Map([['PATH', '/usr/bin']]), inherited: inheritedOf(labels) })
  return { ...found, whole, workspace }
}

describe('devcontainer.json (IMX-1)', () => {
  it('is read with its comments', () => {
    const text = '\uFEFF// "first"\n{ "a": "// no /* comment */ \\" ,]", /* b\n */ "b": [1, 2, ], // c\n}\n'
    expect(parseJsonWithComments(text)).toEqual({ a: '// no /* comment */ " ,]', b: [1, 2] })
    expect(() => parseJsonWithComments('{ "a": /* }')).toThrow(SyntaxError)
    for (const open of ['{} /*', '{} /*/', '"a', '"a\\', '"a\\"'])
      expect(() => parseJsonWithComments(open)).toThrow(SyntaxError)
    expect(parseJsonWithComments('[1, // no "end\n "a\\"/*b*/", /**/ ]')).toEqual([1, 'a"/*b*/'])
  })

  it.each(['/*', '"\\', ',  ', '/**/', '//'])('is refused in no time where it repeats %s', (part) => {
    const text = part.repeat(200_000)
    const begun = performance.now()
    expect(() => parseJsonWithComments(text)).toThrow(SyntaxError)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  it.each([
    ['.devcontainer/devcontainer.json', '.devcontainer.json'],
    ['.devcontainer.json', '.devcontainer/api/devcontainer.json'],
    ['.devcontainer/api/devcontainer.json', 'devcontainer.json'],
  ])('is %s before %s', async (first, second) => {
    const workspace = repository({ [first]: '{"image":"first"}', [second]: '{"image":"second"}' })
    expect(await readDescription(workspace)).toMatchObject({ file: first, description: { image: 'first' } })
  })

  it.each([
    ['none', {}, /found no \.devcontainer\/devcontainer\.json/],
    [
      'several',
      { '.devcontainer/a/devcontainer.json': '{}', '.devcontainer/b/devcontainer.json': '{}' },
      /several descriptions: \.devcontainer\/a\/devcontainer\.json, \.devcontainer\/b.*\(toolchain: devcontainer@a\)/,
    ],
    ['no JSON', { '.devcontainer.json': '{' }, /\.devcontainer\.json cannot be read: /],
    [
      'another shape',
      { '.devcontainer.json': '{"mounts":1}' },
      /\.devcontainer\.json cannot be read: .*mounts/s,
    ],
  ])('is an error where there is %s', async (_, files, message) => {
    await expect(readDescription(repository(files))).rejects.toThrow(message)
  })

  it('is the one of a folder where that is named', async () => {
    const workspace = repository({
      '.devcontainer/devcontainer.json': '{"image":"first"}',
      '.devcontainer/api/devcontainer.json': '{"image":"second"}',
    })
    const read = (toolchain: string) => readDescription(workspace, devcontainerIn(toolchain)?.name)
    expect(await read('devcontainer')).toMatchObject({ description: { image: 'first' } })
    expect(await read(' devcontainer@api')).toMatchObject({ description: { image: 'second' } })
    await expect(read('devcontainer@web')).rejects.toThrow(
      /web\/devcontainer\.json .*the folders there are api/,
    )
    for (const other of ['devcontainer@', 'devcontainer@../x', 'devcontainers', 'node@22', undefined])
      expect(devcontainerIn(other)).toBeNull()
  })

  it('gives image, variables, user and folder; what the task says goes before', async () => {
    const { source, whole, leftOut } = await described(
      {
        image: 'mcr.microsoft.com/devcontainers/base:bookworm',
        containerEnv: { A: '1', B: `\${localEnv:GITHUB_REF}`, C: `\${localEnv:HOME:none}`, OWN: 'file' },
        remoteEnv: {
          PATH: `\${containerEnv:PATH}:/opt/\${containerEnv:A}`,
          D: null,
          F: `\${containerWorkspaceFolder}`,
        },
        containerUser: 'root',
        remoteUser: 'vscode',
        workspaceFolder: `/workspaces/\${localWorkspaceFolderBasename}`,
        customizations: { vscode: {} },
        forwardPorts: [3000],
        runArgs: ['--cap-add=SYS_PTRACE'],
        privileged: false,
      },
      { env: { OWN: 'task' } },
    )
    expect(source).toEqual({ image: 'mcr.microsoft.com/devcontainers/base:bookworm', buildArgs: {} })
    const folder = whole.workspacePath ?? ''
    expect(folder).toMatch(/^\/workspaces\/[^/]+$/)
    expect(whole).toMatchObject({
      user: 'vscode',
      env: { A: '1', B: 'refs/heads/main', C: 'none', OWN: 'task', PATH: '/usr/bin:/opt/1', F: folder },
    })
    expect(whole.env).not.toHaveProperty('D')
    expect(leftOut).toEqual(['runArgs'])
    expect((await described({ image: 'a', remoteUser: 'vscode' }, { user: 'image' })).whole.user).toBe(
      'image',
    )
  })

  it.each([
    [{ build: { dockerfile: 'Dockerfile' } }, { build: '.devcontainer', dockerfile: 'Dockerfile' }],
    [
      { build: { dockerfile: 'dev.Dockerfile', context: '..', args: { A: 1 }, target: 'dev' } },
      { build: '.', dockerfile: '.devcontainer/dev.Dockerfile', buildArgs: { A: '1' }, buildTarget: 'dev' },
    ],
    [
      { dockerFile: 'Dockerfile', context: '../app' },
      { build: 'app', dockerfile: '../.devcontainer/Dockerfile' },
    ],
  ])('%j is built from', async (description, expected) => {
    expect((await described(description)).source).toMatchObject(expected)
  })

  it.each([
    [
      { dockerComposeFile: 'compose.yml', service: 'app', runArgs: ['x'] },
      /not done here: dockerComposeFile, runArgs\./,
    ],
    [{ name: 'x' }, /neither image nor build/],
    [{ build: { dockerfile: 'Dockerfile', context: '../..' } }, /build\.context leads out of the workspace/],
    [{ image: '--privileged' }, /image is no image reference/],
    [{ image: 'a', containerEnv: { GITHUB_WORKSPACE: 'x' } }, /env.GITHUB_WORKSPACE is the action’s own/],
    [{ image: 'a', workspaceFolder: '/run/acode' }, /workspacePath would hide/],
  ])('%j is an error', async (description, message) => {
    await expect(described(description)).rejects.toThrow(message)
  })

  it('has the first of its commands in the set-up, and the others before the task', async () => {
    const { whole, prelude } = await described(
      {
        image: 'a',
        onCreateCommand: { one: 'echo 1', two: ['echo', "it's"] },
        postCreateCommand: 'echo created',
      },
      { setup: 'echo own\n', setupFiles: ['a.txt'] },
    )
    expect(whole.setup).toBe(
      "echo own\necho 'onCreateCommand one: echo 1'\nsh -c 'echo 1'\necho 'onCreateCommand two: echo it'\\''s'\n'echo' 'it'\\''s'",
    )
    expect(whole.setupFiles).toEqual(['a.txt', '.devcontainer/**/*'])
    expect(prelude).toContain("sh -c 'echo created'")
    expect((await described({ image: 'a' })).prelude).toBe('')
  })

  it('has what its features bring, before its own', async () => {
    const features = [
      feature({
        id: 'tool',
        mounts: [
          { source: 'tool-cache', target: '/cache', type: 'volume' },
          { source: 'other', target: '/mine', type: 'volume' },
          'source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind',
        ],
        onCreateCommand: 'tool init',
        postStartCommand: ['tool', 'start'],
        privileged: true,
        init: true,
        capAdd: [],
        entrypoint: '/tool.sh',
      }),
    ]
    const { whole, prelude, leftOut, usersOn } = await described(
      {
        image: 'a',
        mounts: ['source=mine,target=/mine,type=volume'],
        onCreateCommand: 'own',
        postCreateCommand: 'created',
        remoteUser: 'dev',
      },
      {},
      features,
    )
    expect(whole.cacheVolumes).toEqual([
      { name: 'tool-cache', target: '/cache' },
      { name: 'mine', target: '/mine' },
    ])
    expect(whole.setup).toMatch(/onCreateCommand of tool.*sh -c 'tool init'.*sh -c 'own'/s)
    expect(prelude).toMatch(/sh -c 'created'.*'tool' 'start'/s)
    expect(leftOut).toEqual([
      'privileged of tool',
      'entrypoint of tool',
      'the mount of /var/run/docker.sock at /var/run/docker.sock',
    ])
    expect(usersOn({ user: 'app:app', inherited: inheritedOf({}) })).toEqual({
      container: 'app',
      remote: 'dev',
    })
    const { usersOn: usersOfPlain } = await described({ image: 'a' })
    expect(usersOfPlain({ user: '', inherited: inheritedOf({}) })).toEqual({
      container: 'root',
      remote: 'root',
    })
  })

  it('goes before what the image says of its containers, of which the last counts', async () => {
    const metadata = JSON.stringify([
      { id: 'ghcr.io/a/b/c:1', remoteUser: 'first', containerEnv: { A: '1', B: '1' } },
      { remoteUser: 'dev', remoteEnv: { PATH: `/tools:\${containerEnv:PATH}`, D: `\${containerEnv:B}` } },
    ])
    const labels = { 'devcontainer.metadata': metadata }
    const own = { image: 'a', containerEnv: { B: '2' } }
    const { whole, usersOn } = await described(own, {}, [], labels)
    expect(whole.user).toBe('dev')
    expect(whole.env).toEqual({ A: '1', B: '2', D: '2', PATH: '/tools:/usr/bin' })
    expect(usersOn({ user: 'app', inherited: inheritedOf(labels) })).toEqual({
      container: 'app',
      remote: 'dev',
    })
    expect((await described({ ...own, remoteUser: 'me' }, {}, [], labels)).whole.user).toBe('me')
    expect((await described(own, { user: '7:7' }, [], labels)).whole.user).toBe('7:7')
    const one = { 'devcontainer.metadata': '{ "containerUser": "solo" }' }
    expect((await described(own, {}, [], one)).whole.user).toBe('solo')
  })

  it.each(['[', '"x"', '[{ "remoteUser": 1 }]'])('cannot be laid over an image that says %s', (metadata) => {
    expect(() => inheritedOf({ 'devcontainer.metadata': metadata })).toThrow()
  })

  it.each([
    ['echo a; test -d .', 0, ['first: echo a; test -d .', 'a', 'task']],
    ['echo a; false; exit 5', 5, ['first: echo a; false; exit 5', 'a']],
  ])('runs %s before the task, which starts only where it succeeds', (command, code, lines) => {
    const folder = repository({ environment: preludeOf([['first', command]]) })
    const script = `. ${folder}/environment && exec "$@"`
    const env = { ...process.env, GITHUB_WORKSPACE: folder }
    const { status, stdout } = spawnSync('sh', ['-c', script, 'sh', 'echo', 'task'], {
      env,
      encoding: 'utf8',
    })
    expect(status).toBe(code)
    expect(stdout.trim().split('\n')).toEqual(lines)
  })

  it('mounts folders of the workspace, and caches; nothing else of the machine', () => {
    const mounted = taskMounts(
      [
        'source=/w/data,target=/data,type=bind,readonly',
        'type=bind,src=/w,dst=/all',
        { type: 'volume', source: `x-\${y}`, target: '/cache' },
        'source=node_modules,target=/w/node_modules,type=volume',
        'source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind',
        'source=/w/../etc,target=/etc2,type=bind',
        { type: 'tmpfs', target: '/tmp2' },
      ],
      '/w',
    )
    expect(mounted).toEqual({
      mounts: [
        { source: 'data', target: '/data', readOnly: true },
        { source: '.', target: '/all', readOnly: false },
      ],
      cacheVolumes: [
        { name: 'x---y-', target: '/cache' },
        { name: 'node_modules', target: '/w/node_modules' },
      ],
      leftOut: [
        'the mount of /var/run/docker.sock at /var/run/docker.sock',
        'the mount of /w/../etc at /etc2',
        'the mount of tmpfs at /tmp2',
      ],
    })
  })
})
