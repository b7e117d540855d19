import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { processIdentity } from '../../../src/host/identity.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const KINDS = ['containers', 'images', 'tags', 'networks', 'volumes', 'cache']
const BROUGHT = 'sha256:0b'
const alive = { 'acode.owner': JSON.stringify(processIdentity()) }
const dead = { 'acode.owner': JSON.stringify({ ...processIdentity(), pid: 2 ** 30 }) }
const elsewhere = {
  'acode.owner': JSON.stringify({ ...processIdentity(), pidNamespace: 'pid:[1]', pid: 2 ** 30 }),
}

/** An engine of the user's to which images were brought, for `caller`; `answers` are what `docker` is to print for what. */
function guest(answers: Readonly<Record<string, string>> = {}, caller = '') {
  const folder = temporaryFolder()
  const notes = join(folder, 'guest')
  const cases = Object.entries(answers).map(([what, text]) => `'${what}'*) cat <<'END'\n${text}\nEND\n;;`)
  const lines = [
    '#!/bin/sh',
    `echo "$*" >>'${folder}/calls'`,
    'case "$*" in',
    ...cases,
    "'info '*) echo ID ;;",
    "'system df '*) exit $DF ;;",
    'esac',
  ]
  writeFileSync(join(folder, 'docker'), lines.join('\n'), { mode: 0o755 })
  mkdirSync(notes)
  for (const kind of KINDS) writeFileSync(join(notes, kind), '')
  writeFileSync(join(notes, 'caller'), caller)
  writeFileSync(join(notes, 'complete'), 'ID\n')
  const run = (what: string, env: NodeJS.ProcessEnv = {}) =>
    spawnSync('script/engine-guest', [what, folder, '127.0.0.1:1', '1'], {
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, ...env },
      encoding: 'utf8',
    })
  const removed = () =>
    readFileSync(join(folder, 'calls'), 'utf8')
      .split('\n')
      .filter((call) => /\b(rm|rmi|prune)\b/.test(call))
  return { run, removed, notes }
}

const container = (runs: boolean, labels: Readonly<Record<string, string>>, image = 'sha256:1e') =>
  `${image} ${runs} ${JSON.stringify(labels)}`
const named = (name: string, labels: Readonly<Record<string, string>> | null) =>
  `${name} ${JSON.stringify(labels)}`

/** What `leave` removes where one thing has come, of which `inspect` says this. */
function removedOf(list: string, inspect: string, about: string): string[] {
  const { run, removed } = guest({
    [list]: 'NEW',
    [`${inspect} --format`]: about,
    'images --all': BROUGHT,
    'image inspect': `${BROUGHT} {"Layers":["sha256:0c"]} acode-test/base:1`,
  })
  run('leave')
  return removed().filter((call) => call.includes('NEW'))
}

describe('what is removed from the user’s engine', () => {
  it.each([
    ['idle, of a brought image', container(false, {}, BROUGHT), ['rm --volumes NEW']],
    ['idle, of an owner that ended', container(false, dead), ['rm --volumes NEW']],
    ['idle, of an owner that lives', container(false, alive, BROUGHT), []],
    ['idle, of an owner that cannot be seen', container(false, elsewhere), []],
    ['idle, of a project called so', container(false, { dir: '/src/acode' }), []],
    ['at work without our labels, of a brought image', container(true, {}, BROUGHT), []],
    ['at work with our labels, of the user’s image', container(true, dead), []],
    [
      'at work with our labels, of a brought image',
      container(true, dead, BROUGHT),
      ['rm --force --volumes NEW'],
    ],
  ])('a container %s', (_, about, expected) => {
    expect(removedOf('ps --all --quiet --no-trunc', 'inspect', about)).toEqual(expected)
  })

  it.each([
    ['with our name', named('acode-a', null), ['volume rm NEW']],
    ['with our labels', named('a', dead), ['volume rm NEW']],
    ['of an owner that lives', named('acode-a', alive), []],
    ['with our name within another', named('my-acode-a', {}), []],
    ['of a compose project', named('acode-a', { 'com.docker.compose.project': 'acode-a' }), []],
    ['of a folder called so', named('a', { dir: '/src/acode' }), []],
  ])('a volume %s', (_, about, expected) => {
    expect(removedOf('volume ls', 'volume inspect', about)).toEqual(expected)
  })

  it('is no image of which a container is', () => {
    const { run, removed } = guest({
      'images --all': BROUGHT,
      'image inspect': `${BROUGHT} {"Layers":["sha256:0c"]} acode-test/base:1`,
      'ps --all --quiet --filter': 'USERS',
    })
    expect(run('leave').status).toBe(1)
    expect(removed()).toEqual([])
  })
})

describe('the notes of what was there before', () => {
  it('are not taken where the engine does not say what build cache it has', () => {
    const { run, notes } = guest()
    rmSync(notes, { recursive: true })
    expect(run('bring', { DF: '1' }).status).not.toBe(0)
    expect(existsSync(join(notes, 'complete'))).toBe(false)
  })

  it('end the removal where the engine does not say what build cache it has now', () => {
    const { run, notes } = guest()
    expect(run('leave', { DF: '1' }).status).not.toBe(0)
    expect(existsSync(join(notes, 'complete'))).toBe(true)
    expect(run('leave').status).toBe(0)
    expect(existsSync(notes)).toBe(false)
  })

  it.each(['bring', 'leave'])('stay while the process lives that they were taken for: %s', (what) => {
    const { pid, start } = processIdentity()
    const { run, notes } = guest({}, `${pid} ${start}\n`)
    const { status, stderr } = run(what)
    expect(stderr).toMatch(
      new RegExp(`^engine: process ${pid} \\(.*\\) uses what was brought to your engine; .*\n$`),
    )
    expect(status).toBe(1)
    expect(existsSync(join(notes, 'complete'))).toBe(true)
  })

  it('do not stay for a later process of the number', () => {
    const { run, notes } = guest({}, `${process.pid} 1\n`)
    expect(run('leave').status).toBe(0)
    expect(existsSync(notes)).toBe(false)
  })
})
