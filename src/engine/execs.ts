import { z } from 'zod'
import { bytesOf } from './transport/answer.ts'
import { BOUNDS } from './transport/call.ts'
import { Frames } from './transport/frames.ts'
import type { EngineHttp } from './transport/http.ts'

/** How a program in a container ended. */
export interface Executed {
  readonly exitCode: number
  /** Both of its streams, the first of it where it is long. */
  readonly output: string
}

const MOST_OUTPUT = 256 * 1024

/** Programs that are run in containers next to their own. */
export class Execs {
  readonly #http: EngineHttp

  constructor(http: EngineHttp) {
    this.#http = http
  }

  /**
   * Runs a program of a running container to its end. One that it does not have ends with 126 or 127.
   * @throws EngineError, `conflict` when the container does not run
   */
  async run(container: string, argv: readonly string[]): Promise<Executed> {
    const bounds = { timeoutMs: BOUNDS.query }
    const id = await this.#http.json(
      ['exec', 'create', container],
      {
        method: 'POST',
        path: `/containers/${encodeURIComponent(container)}/exec`,
        json: { AttachStdout: true, AttachStderr: true, Cmd: argv },
      },
      z.object({ Id: z.string() }).transform(({ Id }) => Id),
      bounds,
    )
    const start = { method: 'POST', path: `/exec/${id}/start`, json: { Detach: false, Tty: false } } as const
    const output = await this.#http.read(['exec', 'start', container], start, bounds, async (response) => {
      const frames = new Frames()
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of bytesOf(response)) {
        const payload = frames.payload(chunk)
        if (bytes < MOST_OUTPUT) chunks.push(payload)
        bytes += payload.length
      }
      return Buffer.concat(chunks).toString('utf8')
    })
    const exitCode = await this.#http.json(
      ['exec', 'inspect', container],
      { method: 'GET', path: `/exec/${id}/json` },
      z.object({ ExitCode: z.number().nullish() }).transform(({ ExitCode }) => ExitCode ?? 1),
      bounds,
    )
    return { exitCode, output }
  }
}
