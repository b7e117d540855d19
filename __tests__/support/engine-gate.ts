import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { engineAddress } from './engine-proxy.ts'
import type { Running } from './runner/running.ts'
import type { StepResult } from './runner.ts'

/** Requests as {@link EngineGate} sees them. */
export const REQUEST = {
  list: /^GET \/containers\/json/,
  inspect: /^GET \/containers\/[^/]+\/json/,
  create: /^POST \/containers\/create/,
  attach: /^POST \/containers\/[^/]+\/attach/,
  start: /^POST \/containers\/[^/]+\/start/,
  wait: /^POST \/containers\/[^/]+\/wait/,
  stop: /^POST \/containers\/[^/]+\/stop/,
  kill: /^POST \/containers\/[^/]+\/kill/,
  remove: /^DELETE \/containers\//,
  stat: /^HEAD \/containers\/[^/]+\/archive/,
  read: /^GET \/containers\/[^/]+\/archive/,
  readControl: /^GET \/containers\/[^/]+\/archive\?path=\/run\/acode/,
  write: /^PUT \/containers\/[^/]+\/archive/,
  writeCache: /^PUT \/containers\/[^/]+\/archive\?.*path=\/acode-cache/,
  image: /^GET \/images\/(?!json)/,
  imageTag: /^POST \/images\/[^/]+\/tag/,
  pull: /^POST \/images\/create/,
  build: /^POST \/build/,
  volumeRemove: /^DELETE \/volumes\//,
  networkCreate: /^POST \/networks\/create/,
  networkRemove: /^DELETE \/networks\//,
} as const

/** When main is killed: before the engine has a request, while it carries it out, or when it has answered it. */
export type Moment = 'before' | 'during' | 'after'

/** A list that a search for what is left asks for. */
const LOOKS = /^GET \/(containers\/json|volumes|networks)/

/**
 * Kills a main with SIGKILL at its first request of a pattern. The engine carries the request out all the same: `during`
 * only once a search for what is left begins, where `isAwaited` is false.
 */
export async function killedAt<Step extends StepResult>(
  gate: EngineGate,
  pattern: RegExp,
  moment: Moment,
  start: () => Running<Step>,
  isAwaited = false,
): Promise<Step> {
  const held = gate.hold(pattern, moment === 'after' ? 'after' : 'before')
  const running = start()
  await held.reachedBy(running)
  const step = await running.kill()
  if (moment === 'during' && !isAwaited) gate.next(LOOKS).then(held.open)
  else held.open()
  if (isAwaited) await held.answered
  return step
}

/** Where a request waits: before the engine hears of it, or after the engine has answered it. */
export type When = 'before' | 'after'

/** A request that waits for the test. */
export type Gate = {
  /** Resolves when a request has come to the gate; rejects when the step ends without it. */
  reachedBy(step: Running<StepResult>): Promise<void>
  /** Lets the request go on, whether its sender is still there or not. */
  open(): void
  /** Resolves when the engine has answered it. */
  readonly answered: Promise<void>
}

type Rule = {
  readonly pattern: RegExp
  readonly when: When
  readonly often: 'once' | 'always'
  readonly reached: PromiseWithResolvers<void>
  readonly opened: PromiseWithResolvers<void>
  readonly answered: PromiseWithResolvers<void>
  isTaken: boolean
}

/**
 * A way to the engine of the tests that stops chosen requests at chosen moments, those of the CLI included. Patterns
 * are compared with a request as one line: `POST /containers/create?name=x {"Image":…}`, decoded, without the version
 * of the API; the body is there where it is JSON. The first rule that fits is the one that counts.
 */
export class EngineGate {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'engine-gate-'))
  readonly #sockets = new Set<Duplex | ClientRequest>()
  readonly #requests: string[] = []
  readonly #waiting = new Set<{ readonly pattern: RegExp; resolve(): void }>()
  readonly #server: Server
  #rules: Rule[] = []
  readonly #replies: { readonly pattern: RegExp; readonly body: object }[] = []
  readonly #rewritten: { readonly pattern: RegExp; readonly change: (body: string) => string }[] = []

  /** Gone when the test is over. */
  static async start(): Promise<EngineGate> {
    const gate = await EngineGate.open()
    onTestFinished(() => gate.close())
    return gate
  }

  /** A way to the engine of the tests, or to another one, until it is closed. */
  static async open(dockerHost?: string): Promise<EngineGate> {
    const gate = new EngineGate(engineAddress(dockerHost))
    gate.#server.listen(gate.#socket)
    await once(gate.#server, 'listening')
    // Steps of other users call it too.
    chmodSync(gate.#folder, 0o755)
    chmodSync(gate.#socket, 0o777)
    return gate
  }

  readonly #engine: ReturnType<typeof engineAddress>

  private constructor(engine: ReturnType<typeof engineAddress>) {
    this.#engine = engine
    this.#server = createServer((asked, answer) => void this.#pass(asked, answer))
    this.#server.on('upgrade', (asked: IncomingMessage, client: Duplex) => void this.#join(asked, client))
    this.#server.on('connection', (socket: Socket) => this.#track(socket))
  }

  get #socket(): string {
    return path.join(this.#folder, 'docker.sock')
  }

  /** For the step's environment. */
  get env(): { DOCKER_HOST: string } {
    return { DOCKER_HOST: `unix://${this.#socket}` }
  }

  /** Stops the next request of this pattern, and no later one. */
  hold(pattern: RegExp, when: When = 'before'): Gate {
    return this.#gate(pattern, when, 'once')
  }

  /** Every request of this pattern hangs from now on, at once or when the engine has done its part. */
  hang(pattern: RegExp, when: When = 'before'): Pick<Gate, 'reachedBy'> {
    return this.#gate(pattern, when, 'always')
  }

  /** Every request of this pattern reaches the engine with another body of JSON from now on. */
  rewrite(pattern: RegExp, change: (body: string) => string): void {
    this.#rewritten.push({ pattern, change })
  }

  /** Every request of this pattern gets this answer from now on, and does not reach the engine. */
  reply(pattern: RegExp, body: object): void {
    this.#replies.push({ pattern, body })
  }

  /** Passes everything on again; requests that wait still do. */
  clear(): void {
    this.#rules = []
  }

  /** All requests so far. */
  requests(): readonly string[] {
    return this.#requests
  }

  /** Resolves when the engine has answered a request of this pattern that comes from now on. */
  next(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => this.#waiting.add({ pattern, resolve }))
  }

  /** The engine goes away: nothing is listened to any more, and connections end. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #gate(pattern: RegExp, when: When, often: Rule['often']): Gate {
    const rule: Rule = {
      ...{ pattern, when, often, isTaken: false },
      reached: Promise.withResolvers(),
      opened: Promise.withResolvers(),
      answered: Promise.withResolvers(),
    }
    this.#rules.push(rule)
    return {
      reachedBy: (step) => before(rule.reached.promise, step),
      open: rule.opened.resolve,
      answered: rule.answered.promise,
    }
  }

  #track(socket: Duplex | ClientRequest): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }

  /** The rule that a request meets; it is noted in any case. */
  #meet(line: string): Rule | undefined {
    this.#requests.push(line)
    const rule = this.#rules.find(({ pattern, isTaken }) => !isTaken && pattern.test(line))
    if (rule?.often === 'once') rule.isTaken = true
    return rule
  }

  #answered(line: string, rule: Rule | undefined): void {
    rule?.answered.resolve()
    for (const one of this.#waiting) if (one.pattern.test(line) && this.#waiting.delete(one)) one.resolve()
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const type = asked.headers['content-type'] ?? ''
    // Read before its sender may be gone; archives are passed on as they come.
    const body = /tar/.test(type) ? null : await buffer(asked)
    const line = lineOf(asked, /json/.test(type) ? body : null)
    const rule = this.#meet(line)
    await stopAt(rule, 'before')
    const reply = this.#replies.find(({ pattern }) => pattern.test(line))
    if (reply)
      return void answer.setHeader('Content-Type', 'application/json').end(JSON.stringify(reply.body))
    const sent = this.#toEngine(asked)
    this.#track(sent)
    sent.on('error', () => answer.destroy())
    if (body !== null) this.#send(sent, line, body)
    else this.#stream(asked, sent, () => this.#answered(line, rule))
    sent.on('response', async (response) => {
      this.#answered(line, rule)
      await stopAt(rule, 'after')
      // It is no longer read: an engine sees that as a connection that ended.
      if (answer.destroyed) return void response.destroy()
      answer.on('close', () => response.destroy())
      answer.writeHead(response.statusCode ?? 500, response.rawHeaders)
      answer.flushHeaders()
      response.on('error', () => answer.destroy())
      response.pipe(answer)
    })
  }

  #toEngine({ method, url, headers }: IncomingMessage): ClientRequest {
    return request({ ...this.#engine, agent: false, method, path: url, headers })
  }

  #send(sent: ClientRequest, line: string, body: Buffer): void {
    const changes = this.#rewritten.filter(({ pattern }) => pattern.test(line))
    if (changes.length === 0) return void sent.end(body)
    const changed = changes.reduce((text, { change }) => change(text), body.toString('utf8'))
    sent.removeHeader('transfer-encoding')
    sent.setHeader('content-length', Buffer.byteLength(changed))
    sent.end(changed)
  }

  /** An archive whose sender is gone before its end is over for the engine too. */
  #stream(asked: IncomingMessage, sent: ClientRequest, over: () => void): void {
    const cut = () => {
      sent.destroy()
      over()
    }
    // What it had sent by then is gone with it, the end of the archive too.
    if (asked.destroyed) cut()
    else asked.on('close', () => asked.complete || cut()).pipe(sent)
  }

  async #join(asked: IncomingMessage, client: Duplex): Promise<void> {
    const line = lineOf(asked, null)
    const rule = this.#meet(line)
    await stopAt(rule, 'before')
    const sent = this.#toEngine(asked)
    sent.on('error', () => client.destroy())
    sent.on('upgrade', async (response, engine: Duplex, head) => {
      this.#track(engine)
      this.#answered(line, rule)
      await stopAt(rule, 'after')
      client.write(`HTTP/1.1 101 UPGRADED\r\n${headerLines(response)}\r\n`)
      client.write(head)
      engine.pipe(client)
      client.pipe(engine)
      client.on('close', () => engine.destroy())
    })
    sent.end()
  }
}

const headerLines = ({ rawHeaders }: IncomingMessage): string =>
  rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('')

function lineOf({ method, url = '' }: IncomingMessage, body: Buffer | null): string {
  const decoded = decodeURIComponent(url.replace(/^\/v[\d.]+/, '').replaceAll('+', ' '))
  return `${method} ${decoded}${body === null ? '' : ` ${body.toString('utf8').trim()}`}`
}

async function stopAt(rule: Rule | undefined, when: When): Promise<void> {
  if (rule?.when !== when) return
  rule.reached.resolve()
  await rule.opened.promise
}

/** Rejects where the step ends before. */
async function before(reached: Promise<void>, step: Running<StepResult>): Promise<void> {
  const ended = step.result.then(({ output }) => {
    throw new Error(`The step ended before it came to the gate:\n${output}`)
  })
  ended.catch(() => undefined) // it may end when nothing waits any more
  await Promise.race([reached, ended])
}
