import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const SCRIPTS = [
  '.ci/run',
  ...readdirSync('script', { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map(({ name }) => join('script', name)),
]
/** A reader that ends before its writer: the writer dies of SIGPIPE, now and then, and pipefail ends the script. */
const EARLY_READER = /\|\s*(head\b|grep\s+-\w*[mq]|sed\s+(-n\s+)?\S*q\b)/

describe('the scripts', () => {
  it.each(SCRIPTS)('%s fails at once, and by no pipe whose reader ends early', (path) => {
    const text = readFileSync(path, 'utf8')
    expect(text).toContain('set -euo pipefail')
    expect(text.split('\n').filter((line) => EARLY_READER.test(line))).toEqual([])
  })

  it.each([
    ['user', [], /^The tests of engine, action, alone and workflows cannot run here: .*\.\n$/],
    ['user', ['apt-get'], /^The tests of engine, action, alone and workflows cannot run here: .*\.\n$/],
    ['own', [], /^$/],
  ])(
    'engine says in one sentence what tests cannot do with the engine that is chosen: %s with %j',
    (choice, has, sentence) => {
      const bin = temporaryFolder()
      for (const name of ['bash', 'cat', 'cksum', 'cut', 'dirname', 'env', 'uname']) {
        const found = execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
        symlinkSync(found, join(bin, name))
      }
      // Podman, by its Docker socket.
      writeFileSync(join(bin, 'docker'), '#!/bin/sh\necho \'"Podman Engine"\'\n', { mode: 0o755 })
      for (const name of has) symlinkSync('/bin/true', join(bin, name))
      const env = { PATH: bin, ACODE_ENGINE: choice, ACODE_ENGINE_DIR: join(bin, 'engine') }
      const { stdout, stderr } = spawnSync('/bin/bash', ['script/engine', 'limits'], {
        env,
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      expect(stdout).toMatch(sentence)
    },
  )

  it.each(['bench', 'demo'])('%s ends with a sentence where no engine answers', (name) => {
    const env = { ...process.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' }
    const { status, stdout, stderr } = spawnSync(process.execPath, [`script/${name}.ts`], {
      env,
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(`${stdout}${stderr}`.trim().split('\n').at(-1)).toMatch(
      new RegExp(`^${name}: No Docker Engine answers\\. .*`),
    )
    expect(stderr).not.toContain('    at ')
  })
})
