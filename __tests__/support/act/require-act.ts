import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** What a green run does not show, because act cannot do it or because it is out of reach here. */
const NOT_SHOWN = [
  'how GitHub finds the action: act knows neither `$/` nor job.workflow_*; in the copy that it runs, the repository and version are written out, and so is a number for max-parallel',
  'the artifact service: that of act refuses what @actions/artifact 6 sends (mime_type) and loses artifacts that come in one piece; the one of the tests stands in',
  'actions/checkout and the artifact actions: doubles stand in, GitHub is out of reach',
  'permissions of GITHUB_TOKEN, fail-fast and continue-on-error of jobs, cancelling a run and re-running failed jobs: act has none of them',
  'jobs after a reusable workflow that failed: act ends the run there',
  'job.check_run_id: it is empty',
  'the cache service: that of act speaks the first version of its protocol alone; the one of the tests stands in',
  'routing by labels: every job runs on this machine',
  'examples/caches.yml, database.yml, devcontainer.yml, dotnet.yml, several-toolchains.yml and unity.yml: their images are not here; the pull request of parallel-agents.yml',
]

/** Vitest's global set-up for the tests that run workflows: gets act, and says at the end what they did not show. */
export default function requireAct(): () => void {
  process.env.ACODE_ACT = execFileSync(path.resolve('script/tool'), ['act'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
  return () =>
    console.log(['', 'Not shown by these runs:', ...NOT_SHOWN.map((line) => `- ${line}`)].join('\n'))
}
