import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { imageName } from '../engine.ts'

const run = promisify(execFile)

/** What dockerd takes to start, and to end. */
const PATIENCE_MS = 60_000

export type MortalEngineOptions = {
  /** Of its disk, as for `mount -o size=`. */
  readonly disk?: string
  /** True: its containers live on while it does not. */
  readonly liveRestore?: boolean
}

/**
 * A Docker Engine that is there to be killed, frozen and filled up. It has a small disk in memory, an image of the
 * tests' engine, and their registry as its mirror; its bridge is its own. Needs root.
 */
export class MortalEngine {
  readonly folder = mkdtempSync('/var/tmp/mortal-')
  readonly #bridge = `mortal${process.pid % 10_000}`
  readonly #liveRestore: boolean
  #daemon: ChildProcess | null = null

  static async start({
    disk = '512m',
    liveRestore = false,
  }: MortalEngineOptions = {}): Promise<MortalEngine> {
    const engine = new MortalEngine(liveRestore)
    try {
      await engine.#prepare(disk)
      await engine.up()
      await run('sh', [
        '-ec',
        'docker save "$1" | docker --host "$2" load',
        'sh',
        imageName.base,
        engine.host,
      ])
      return engine
    } catch (error) {
      await engine.remove()
      throw error
    }
  }

  private constructor(liveRestore: boolean) {
    this.#liveRestore = liveRestore
  }

  get host(): string {
    return `unix://${this.folder}/docker.sock`
  }

  get data(): string {
    return path.join(this.folder, 'data')
  }

  async #prepare(disk: string): Promise<void> {
    mkdirSync(this.data)
    await run('mount', ['-t', 'tmpfs', '-o', `size=${disk}`, 'tmpfs', this.data])
    await run('ip', ['link', 'add', this.#bridge, 'type', 'bridge'], { env: ENV })
    const address = `10.214.${process.pid % 250}.1/24`
    await run('ip', ['address', 'add', address, 'dev', this.#bridge], { env: ENV })
    await run('ip', ['link', 'set', this.#bridge, 'up'], { env: ENV })
  }

  /** Starts it, after it has gone too, and waits until it answers. */
  async up(): Promise<void> {
    await containerdEnded(this.folder)
    const options = [
      ...['--data-root', this.data, '--exec-root', `${this.folder}/run`, '-p', `${this.folder}/pid`],
      ...['-H', this.host, '--bridge', this.#bridge, '--iptables=false'],
      ...(this.#liveRestore ? ['--live-restore'] : []),
    ]
    rmSync(`${this.folder}/pid`, { force: true })
    const log = openSync(`${this.folder}/log`, 'a')
    this.#daemon = spawn('dockerd', options, { env: ENV, stdio: ['ignore', log, log] })
    closeSync(log)
    await this.#answers(this.#daemon)
  }

  /** As systemd does: SIGTERM, and again. */
  async restart(): Promise<void> {
    await this.down('SIGTERM')
    await this.up()
  }

  /** Ends it. What its containers become is its own matter. */
  async down(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const daemon = this.#daemon
    if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return
    const exited = once(daemon, 'exit')
    daemon.kill(signal)
    await exited
  }

  freeze(): void {
    this.#daemon?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#daemon?.kill('SIGCONT')
  }

  /** Uses its disk up to the last byte. */
  async fill(): Promise<void> {
    await run('sh', ['-c', 'cat /dev/zero >"$1" 2>/dev/null; true', 'sh', path.join(this.data, 'filler')])
  }

  unfill(): void {
    rmSync(path.join(this.data, 'filler'), { force: true })
  }

  /** stdout of its CLI. */
  async docker(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('docker', ['--host', this.host, ...args], { timeout: PATIENCE_MS })
    return stdout.trim()
  }

  /** Ends it and deletes all that it has. */
  async remove(): Promise<void> {
    this.thaw()
    await this.down('SIGTERM')
    await containerdEnded(this.folder)
    await run('ip', ['link', 'delete', this.#bridge], { env: ENV }).catch(() => undefined)
    await run('umount', ['--lazy', this.data]).catch(() => undefined)
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #answers(daemon: ChildProcess): Promise<void> {
    const giveUp = performance.now() + PATIENCE_MS
    for (;;) {
      try {
        await run('docker', ['--host', this.host, 'version'], { timeout: 10_000 })
        return
      } catch (error) {
        if (performance.now() > giveUp || daemon.exitCode !== null)
          throw new Error(`The engine did not start:\n${readFileSync(`${this.folder}/log`, 'utf8')}`, {
            cause: error,
          })
        await sleep(100)
      }
    }
  }
}

/** Where Debian has dockerd and ip, also for users without them on PATH. */
const ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

/** Its containerd ends by itself after it, and another one cannot begin before. */
async function containerdEnded(folder: string): Promise<void> {
  const pidFile = path.join(folder, 'run/containerd/containerd.pid')
  if (!existsSync(pidFile)) return
  const pid = readFileSync(pidFile, 'utf8').trim()
  const giveUp = performance.now() + PATIENCE_MS
  while (existsSync(`/proc/${pid}`) && performance.now() < giveUp) await sleep(20)
}
