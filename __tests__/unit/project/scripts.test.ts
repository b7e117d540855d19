import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

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
