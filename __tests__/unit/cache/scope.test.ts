import { describe, expect, it } from 'vitest'
import { type RunVariables, scopeOf } from '../../../src/cache/scope.ts'

const OWN = 'octo-org/octo-repo'
const run = (name: string, ref: string, base = ''): RunVariables => ({
  ...{ GITHUB_EVENT_NAME: name, GITHUB_REF: ref, GITHUB_BASE_REF: base, GITHUB_REPOSITORY: OWN },
})
const event = (head?: string) =>
  JSON.stringify({
    repository: { default_branch: 'main' },
    ...(head !== undefined && { pull_request: { head: { repo: { full_name: head } } } }),
  })

describe('scopeOf (BES-3)', () => {
  it.each([
    ['push', 'refs/heads/main'],
    ['push', 'refs/tags/v1'],
    ['schedule', 'refs/heads/main'],
    ['workflow_dispatch', 'refs/heads/topic'],
    ['merge_group', 'refs/heads/gh-readonly-queue/main/pr-1'],
  ])('lets %s of %s write', (name, ref) => {
    expect(scopeOf(run(name, ref), event())).toMatchObject({ mayWrite: true, readOnlyReason: null, ref })
  })

  it('lets a pull request of the repository itself write under its own ref, and read its base and the default branch', () => {
    const found = scopeOf(run('pull_request', 'refs/pull/7/merge', 'next'), event('Octo-Org/octo-repo'))
    expect(found).toEqual({
      ...{ ref: 'refs/pull/7/merge', mayWrite: true, readOnlyReason: null },
      readable: ['refs/pull/7/merge', 'refs/heads/next', 'refs/heads/main'],
    })
  })

  it.each([
    ['a fork', event('evil/octo-repo')],
    ['a repository that is gone', JSON.stringify({ pull_request: { head: { repo: null } } })],
    ['an unknown author', 'no JSON'],
  ])('lets the pull request of %s read alone', (_, payload) => {
    const { mayWrite, readable } = scopeOf(run('pull_request', 'refs/pull/7/merge', 'main'), payload)
    expect(mayWrite).toBe(false)
    expect(readable).toContain('refs/heads/main')
  })

  it.each([
    ...[
      'pull_request_target',
      'workflow_run',
      'issue_comment',
      'issues',
      'pull_request_review',
      'discussion',
    ],
    ...['', 'an_event_of_tomorrow'],
  ])('lets "%s" read alone, which may run what anyone wrote', (name) => {
    expect(scopeOf(run(name, 'refs/heads/main'), event(OWN)).mayWrite).toBe(false)
  })
})
