import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runnerPaths } from '../../../src/github/paths.ts'
import { defaultBranchFile, isRepository } from '../../../src/plan/file/default-branch-file.ts'
import { failureOf } from '../../support/failures.ts'
import { git, Origin } from '../../support/origin.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { inputsOf } from './files.ts'

const FILE = '.github/policy.yml'
const accessOf = (workspace: string, env: NodeJS.ProcessEnv = {}) => ({
  ...{ token: undefined, env },
  paths: { ...runnerPaths({}), workspace },
})

/** A checkout of a pull request that loosens the policy of the default branch, which has gone on since. */
function checkoutOfPullRequest(depth: number): string {
  const origin = new Origin()
  origin.commit({ '.github/.keep': '', [FILE]: 'require-digest: false' })
  origin.branch('change')
  const commit = origin.commit({ [FILE]: 'allowed-images: ["*"]' })
  git(origin.folder, 'switch', '--quiet', 'main')
  origin.commit({ [FILE]: 'require-digest: true' })
  const checkout = origin.checkout(commit, depth)
  writeFileSync(join(checkout, FILE), 'allowed-images: ["*"]')
  return checkout
}

describe('a file of the default branch (IMX-3)', () => {
  it.each([
    ['shallow', 1],
    ['whole', 0],
  ])('is what the branch has now, whatever a %s checkout of a pull request holds', async (_what, depth) => {
    const checkout = checkoutOfPullRequest(depth)
    const before = git(checkout, 'status', '--porcelain', '--branch')
    expect(await defaultBranchFile(FILE, accessOf(checkout))).toBe('require-digest: true')
    expect(git(checkout, 'status', '--porcelain', '--branch')).toBe(before)
  })

  it.each([
    ['is not there', () => checkoutOfPullRequest(1), '.github/other.yml'],
    ['is of no checkout', () => temporaryFolder(), FILE],
  ])('that %s stops the plan', async (_why, checkout, file) => {
    const { code, message } = await failureOf(() => defaultBranchFile(file, accessOf(checkout())))
    expect(code).toBe('ACODE-CTN-006')
    expect(message).toContain(`${file} of the default branch cannot be read`)
  })

  it('is not taken from another repository that was checked out', async () => {
    const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'octo/repo' }
    const { message } = await failureOf(() =>
      defaultBranchFile(FILE, accessOf(checkoutOfPullRequest(1), env)),
    )
    expect(message).toContain('origin is not octo/repo')
  })

  it.each([
    ['https://github.com/octo/repo', true],
    ['https://github.com/Octo/Repo.git', true],
    ['https://x:y@github.com/octo/repo.git/', true],
    ['git@github.com:octo/repo.git', true],
    ['ssh://git@github.com/octo/repo', true],
    ['https://github.com/mallory/repo', false],
    ['https://github.com/mallory/octo/repo', false],
    ['https://evil.example/octo/repo', false],
    ['https://evil.example/github.com/octo/repo', false],
    ['https://github.com@evil.example/octo/repo', false],
    ['https://github.com:8443/octo/repo', false],
    ['/tmp/github.com/octo/repo', false],
    ['github.com/octo/repo', true],
    ['', false],
  ])('%s is the repository: %s', (url, expected) => {
    expect(isRepository(url, 'https://github.com', 'octo/repo')).toBe(expected)
  })

  it.each(['/etc/passwd', '../x', 'a/../b', '--x', 'HEAD:x', 'a//b', './a', 'a\\b'])(
    'is no %s',
    async (path) => {
      await expect(inputsOf({ 'policy-file': path })).rejects.toThrow(/has to be a path in the repository/)
    },
  )
})
