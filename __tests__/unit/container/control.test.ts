import { describe, expect, it } from 'vitest'
import { commandOf } from '../../../src/container/command.ts'
import { gitConfigFile } from '../../../src/container/git-settings.ts'
import { CONTROL_PATHS, controlEntries, mountPoints } from '../../../src/container/mounts/control.ts'

const command = (run?: string) =>
  commandOf({ run, command: run === undefined ? ['x'] : undefined, shell: 'sh', entrypoint: undefined })

describe('controlEntries (interface.md, "In the container")', () => {
  it('has home, artifacts, event and the files of the runner for every task', () => {
    expect(controlEntries(command(), {})).toEqual([
      { path: 'home', kind: 'folder' },
      { path: 'home/.gitconfig', kind: 'file', content: gitConfigFile(), mode: 'written' },
      { path: 'artifacts', kind: 'folder' },
      { path: 'output', kind: 'file', content: '', mode: 'written' },
      { path: 'summary', kind: 'file', content: '', mode: 'written' },
      { path: 'env', kind: 'file', content: '', mode: 'written' },
      { path: 'path', kind: 'file', content: '', mode: 'written' },
      { path: 'event.json', kind: 'file', content: '{}', mode: 'secret' },
    ])
  })

  it('has the script', () => {
    expect(controlEntries(command('echo 1'), {})).toContainEqual({
      path: 'script.sh',
      kind: 'file',
      content: 'echo 1\n',
      mode: 'script',
    })
  })

  it('has each secret in its own file, in a folder that is there before', () => {
    const entries = controlEntries(command(), { KEY: 'a\nb', EMPTY: '' })
    expect(entries.slice(-3)).toEqual([
      { path: 'secrets', kind: 'folder' },
      { path: 'secrets/KEY', kind: 'file', content: 'a\nb', mode: 'secret' },
      { path: 'secrets/EMPTY', kind: 'file', content: '', mode: 'secret' },
    ])
  })

  it('has what mounts below its HOME lie on, and nothing of others (FID-3)', () => {
    const mounted = [
      { target: '/data', isFile: false },
      { target: '/run/acode/home/.m2/repository', isFile: false },
      { target: '/run/acode/home/.m2/settings.xml', isFile: true },
      { target: '/run/acode/home/./.npmrc', isFile: true },
    ]
    expect(mountPoints(mounted)).toEqual([
      { path: 'home/.m2', kind: 'folder' },
      { path: 'home/.m2/repository', kind: 'folder' },
      { path: 'home/.m2/settings.xml', kind: 'file', content: '', mode: 'written' },
      { path: 'home/.npmrc', kind: 'file', content: '', mode: 'written' },
    ])
    const paths = controlEntries(command(), {}, { below: mountPoints(mounted) }).map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('is where the environment says', () => {
    expect(CONTROL_PATHS).toEqual({
      env: '/run/acode/env',
      environment: '/run/acode/environment',
      event: '/run/acode/event.json',
      path: '/run/acode/path',
      home: '/run/acode/home',
      output: '/run/acode/output',
      summary: '/run/acode/summary',
      artifacts: '/run/acode/artifacts',
      secrets: '/run/acode/secrets',
    })
  })
})
