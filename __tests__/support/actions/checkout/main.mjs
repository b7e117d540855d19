import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { ACODE_REPOSITORIES, GITHUB_WORKSPACE, GITHUB_OUTPUT, GITHUB_SHA } = process.env
const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? ''
const folder = join(GITHUB_WORKSPACE, input('path'))
const git = (...args) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim()

mkdirSync(folder, { recursive: true })
git('init', '--quiet')
const depth = input('fetch-depth') === '0' ? [] : [`--depth=${input('fetch-depth')}`]
const origin = pathToFileURL(join(ACODE_REPOSITORIES, input('repository'))).href
git('fetch', '--quiet', ...depth, origin, input('ref') || GITHUB_SHA)
git('checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD')
const commit = git('rev-parse', 'HEAD')
console.log(`${input('repository')} at ${commit}`)
appendFileSync(GITHUB_OUTPUT, `ref=${input('ref')}\ncommit=${commit}\n`)
