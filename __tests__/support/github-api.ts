import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { z } from 'zod'

const TOKEN = 'ghs_of-the-job'

/** A run of a workflow as GitHub's API shows it, with what its report left. */
export interface ApiRun {
  readonly id: number
  readonly branch?: string
  readonly artifact?: { readonly name: string; readonly content: string }
}

/**
 * GitHub's REST API for one repository, as far as a report asks it: runs of a workflow on a branch, artifacts by name,
 * and their bytes, which are on another host that takes no token. https://docs.github.com/rest/actions
 */
export class GitHubApi {
  readonly token = TOKEN
  readonly asked: string[] = []
  readonly #server: Server
  readonly #storage: Server
  readonly #runs: readonly ApiRun[]
  readonly #status: number

  static async start(runs: readonly ApiRun[], status = 200): Promise<GitHubApi> {
    const api = new GitHubApi(runs, status)
    for (const server of [api.#server, api.#storage]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    return api
  }

  private constructor(runs: readonly ApiRun[], status: number) {
    this.#runs = runs
    this.#status = status
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://api')
      this.asked.push(url.pathname)
      const isKnown = request.headers.authorization === `Bearer ${TOKEN}`
      const answer = isKnown && this.#status === 200 ? this.#answer(url) : null
      if (typeof answer === 'string') response.writeHead(302, { location: answer }).end()
      else if (answer === null) response.writeHead(isKnown && status !== 200 ? status : 404).end('{}')
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
    this.#storage = createServer((request, response) => {
      const run = this.#runs.find(({ id }) => `/${id}` === request.url)
      // A storage refuses a request that has a token besides its signed address.
      const isRefused = request.headers.authorization !== undefined || !run?.artifact
      response.writeHead(isRefused ? 400 : 200).end(isRefused ? '' : run.artifact?.content)
    })
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`
  }

  async stop(): Promise<void> {
    for (const server of [this.#server, this.#storage]) {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }

  /** What is at an address: data, another address, or null. */
  #answer({ pathname, searchParams }: URL): object | string | null {
    const [, id = '', rest] =
      /^\/repos\/[^/]+\/[^/]+\/actions\/(?:runs|artifacts|workflows)\/(\d+)(.*)$/.exec(pathname) ?? []
    const run = this.#runs.find((one) => one.id === Number(id))
    if (rest === '/runs') {
      const branch = searchParams.get('branch')
      const found = this.#runs.filter((one) => (one.branch ?? 'main') === branch)
      return { workflow_runs: found.map(shown) }
    }
    if (rest === '/artifacts') {
      const isIts = run?.artifact?.name === searchParams.get('name')
      return { artifacts: isIts ? [{ id: run?.id, expired: false }] : [] }
    }
    if (rest === '/zip') return `http://localhost:${portOf(this.#storage)}/${id}`
    return run ? shown(run) : null
  }
}

const shown = ({ id }: ApiRun) => ({ id, workflow_id: 7, run_attempt: 1 })

const portOf = (server: Server): number => z.object({ port: z.number() }).parse(server.address()).port
