import { HttpClient } from '@actions/http-client'
import { z } from 'zod'
import { messageOf } from '../../errors.ts'
import { answerWithin } from '../../github/answer-within.ts'
import { debug } from '../../github/runner.ts'
import { wholeStream } from '../../host/whole-stream.ts'
import { type EarlierRun, earlierRunSchema, historyName } from './earlier-run.ts'

/** For one request, to its last byte. */
const TIMEOUT_MS = 15_000
/** For all of them: a report does not wait for what is nice to know. */
const TOGETHER_MS = 60_000
const LONGEST_ANSWER = 4 * 1024 * 1024
const AT_ONCE = 5

const runSchema = z.object({ id: z.number(), workflow_id: z.number(), run_attempt: z.number().default(1) })
const runsSchema = z.object({ workflow_runs: z.array(runSchema) })
const artifactsSchema = z.object({
  artifacts: z.array(z.object({ id: z.number(), expired: z.boolean().default(false) })),
})

/**
 * What reports of the last runs of this workflow on this branch left, the latest first. It says nothing when they
 * cannot be read: the job may have no permission for that (`actions: read`), which is no fault.
 * @param most how many runs are asked for
 */
export async function earlierRuns(
  most: number,
  token: string,
  env: NodeJS.ProcessEnv,
): Promise<EarlierRun[]> {
  try {
    return await answerWithin(TOGETHER_MS, new Runs(token, env).read(most))
  } catch (error) {
    debug(`Earlier runs are not compared with: ${messageOf(error)}`)
    return []
  }
}

class Runs {
  readonly #client: HttpClient
  readonly #repository: string
  readonly #env: NodeJS.ProcessEnv
  readonly #headers: Readonly<Record<string, string>>

  constructor(token: string, env: NodeJS.ProcessEnv) {
    const options = { allowRetries: true, maxRetries: 1, socketTimeout: TIMEOUT_MS }
    this.#client = new HttpClient('acode-task-container', [], options)
    this.#repository = `${env.GITHUB_API_URL ?? 'https://api.github.com'}/repos/${env.GITHUB_REPOSITORY ?? ''}`
    this.#env = env
    // The client leaves it out where it is led to another host, as the storage of artifacts is.
    this.#headers = { Authorization: `Bearer ${token}` }
  }

  async read(most: number): Promise<EarlierRun[]> {
    const id = Number(this.#env.GITHUB_RUN_ID)
    const branch = this.#env.GITHUB_HEAD_REF || this.#env.GITHUB_REF_NAME || ''
    const { workflow_id: workflow } = runSchema.parse(await this.#json(`/actions/runs/${id}`))
    const query = `branch=${encodeURIComponent(branch)}&status=completed&per_page=${most}`
    const { workflow_runs: runs } = runsSchema.parse(
      await this.#json(`/actions/workflows/${workflow}/runs?${query}`),
    )
    const earlier = runs.filter((run) => run.id < id).slice(0, most)
    const read: EarlierRun[] = []
    for (let at = 0; at < earlier.length; at += AT_ONCE)
      read.push(...(await Promise.all(earlier.slice(at, at + AT_ONCE).map((run) => this.#left(run)))).flat())
    return read
  }

  /** What the report of a run left; nothing when it left none, or what is no such thing. */
  async #left({ id, run_attempt: attempt }: z.output<typeof runSchema>): Promise<EarlierRun[]> {
    try {
      const name = encodeURIComponent(historyName(this.#env.GITHUB_JOB ?? '', attempt))
      const found = artifactsSchema.parse(await this.#json(`/actions/runs/${id}/artifacts?name=${name}`))
      const artifact = found.artifacts.find(({ expired }) => !expired)
      if (artifact === undefined) return []
      return [earlierRunSchema.parse(await this.#json(`/actions/artifacts/${artifact.id}/zip`))]
    } catch (error) {
      debug(`Run ${id} is not compared with: ${messageOf(error)}`)
      return []
    }
  }

  async #json(path: string): Promise<unknown> {
    const { message } = await answerWithin(
      TIMEOUT_MS,
      this.#client.get(`${this.#repository}${path}`, { ...this.#headers }),
    )
    if (message.statusCode !== 200) {
      message.destroy()
      throw new Error(`GET ${path} was answered with ${message.statusCode}`)
    }
    const tooLong = () => new Error(`GET ${path} was answered with more than ${LONGEST_ANSWER} bytes`)
    return JSON.parse((await wholeStream(message, LONGEST_ANSWER, tooLong)).toString('utf8'))
  }
}
