import { describe, expect, it, onTestFinished } from 'vitest'
import { earlierRuns } from '../../../src/report/history/earlier-runs.ts'
import { type ApiRun, GitHubApi } from '../../support/github-api.ts'

const left = (status: string, name = 'acode-history.report.a1.json') => ({
  artifact: {
    name,
    content: JSON.stringify({ schemaVersion: 1, tasks: [{ id: 'unit', status, seconds: 3 }] }),
  },
})

/** What a report finds in run 50 of a branch. */
async function found(runs: readonly ApiRun[], { status = 200, most = 10, branch = 'main', token = '' } = {}) {
  const api = await GitHubApi.start(runs, status)
  onTestFinished(() => api.stop())
  const env = {
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: 'octo/repo',
    GITHUB_RUN_ID: '50',
    GITHUB_REF_NAME: branch,
    GITHUB_JOB: 'report',
  }
  const earlier = await earlierRuns(most, token || api.token, env)
  return { statuses: earlier.map(({ tasks }) => tasks[0]?.status), asked: api.asked }
}

describe('earlierRuns (ACT-4)', () => {
  const own = { id: 50 }

  it('reads what reports of this branch left, the latest first', async () => {
    const runs = [
      own,
      { id: 49, ...left('failed') },
      { id: 48, branch: 'other', ...left('cancelled') },
      { id: 47, ...left('succeeded') },
      { id: 60, ...left('skipped') },
    ]
    expect((await found(runs)).statuses).toEqual(['failed', 'succeeded'])
  })

  it('passes by runs that left nothing, or something else', async () => {
    const broken = { artifact: { name: 'acode-history.report.a1.json', content: '{"schemaVersion":2}' } }
    const runs = [
      own,
      { id: 49 },
      { id: 48, ...left('failed', 'acode-history.other.a1.json') },
      { id: 47, ...broken },
      { id: 46, artifact: { ...broken.artifact, content: 'PK' } },
      { id: 45, ...left('succeeded') },
    ]
    expect((await found(runs)).statuses).toEqual(['succeeded'])
  })

  it('reads no more than it is asked for', async () => {
    const runs = [own, ...Array.from({ length: 9 }, (_, index) => ({ id: 49 - index, ...left('succeeded') }))]
    const { statuses, asked } = await found(runs, { most: 3 })
    expect(statuses).toHaveLength(3)
    expect(asked).toHaveLength(2 + 2 * 3)
  })

  it.each([403, 404, 500])('says nothing when it may not, or cannot: %i', async (status) => {
    expect((await found([own], { status })).statuses).toEqual([])
  })

  it('says nothing when nothing answers', async () => {
    expect(await earlierRuns(1, 'x', { GITHUB_API_URL: 'http://127.0.0.1:1' })).toEqual([])
  })
})
