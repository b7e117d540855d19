import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { tcpProxy } from './engine-proxy.ts'

/** How to start it. */
export interface RemoteEngineOptions {
  /** A folder that the engine does not see: something empty lies over it. Default none. */
  readonly hides?: string
  /** Images of the tests' own engine that it is to have. */
  readonly images: readonly string[]
  /** The size of its disk, such as `64m`; default the machine's own disk. */
  readonly disk?: string
  /** True: users of its containers are others of this machine (`userns-remap`; dockerd makes a user `dockremap`). */
  readonly remapsUsers?: boolean
  /** Its networks: `none`, which is the default, the engine's own defaults, or so many addresses (an address pool). */
  readonly networks?: 'none' | 'default' | { readonly pool: string }
}

/** An engine that runs, and the process that it is. */
export interface RemoteEngine {
  readonly dockerHost: string
  readonly pid: number
}

/** A {@link startEngine} engine that does not see the runner's files, and has no network to give. */
export const remoteEngine = async (options: RemoteEngineOptions): Promise<string> =>
  (await startEngine(options)).dockerHost

/**
 * A second dockerd over TCP on loopback, in its own mount and network namespaces: its bridges, addresses and
 * firewall rules meet no other engine's, and dockerd deletes the bridge that it is asked not to use, of any engine.
 * Ended, with all that it keeps, when the test is over. Needs root.
 */
export async function startEngine({
  hides,
  images,
  disk,
  remapsUsers = false,
  networks = 'none',
}: RemoteEngineOptions): Promise<RemoteEngine> {
  const folder = mkdtempSync('/var/tmp/remote-')
  mkdirSync(path.join(folder, 'data'))
  if (remapsUsers) chmodSync(folder, 0o711)
  const socket = `unix://${folder}/docker.sock`
  const covers = [
    ...(hides === undefined ? [] : [`mount -t tmpfs tmpfs '${hides}'`]),
    ...(disk === undefined ? [] : [`mount -t tmpfs -o size=${disk} tmpfs '${folder}/data'`]),
  ]
  const options = [
    ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/run`, '-p', `${folder}/pid`],
    ...['-H', socket, ...networkOptions(networks)],
    ...(remapsUsers ? ['--userns-remap=default'] : []),
  ]
  const start = [...covers, 'ip link set lo up', 'exec dockerd "$@"'].join(' && ')
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
  const args = ['-m', '-n', '--propagation', 'private', 'sh', '-ec', start, 'sh', ...options]
  const daemon = spawn('unshare', args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const log: Buffer[] = []
  daemon.stderr.on('data', (chunk: Buffer) => log.push(chunk))
  const proxy = await tcpProxy(socket)
  const host = proxy.dockerHost
  onTestFinished(async () => {
    await proxy.stop()
    await end(daemon, folder)
  })
  await answers(host, daemon, () => Buffer.concat(log).toString('utf8'))
  for (const image of images) await copyImage(image, host)
  return { dockerHost: host, pid: daemon.pid ?? 0 }
}

function networkOptions(networks: NonNullable<RemoteEngineOptions['networks']>): string[] {
  if (networks === 'none') return ['--bridge=none', '--iptables=false']
  return networks === 'default' ? [] : ['--default-address-pool', networks.pool]
}

/** The daemon says in its log when it listens; until the CLI gets an answer it is asked again. */
async function answers(host: string, daemon: ChildProcess, log: () => string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => log().includes('API listen on') && resolve()
  daemon.stderr?.on('data', look)
  daemon.once('exit', () => reject(new Error(`The remote engine did not start:\n${log()}`)))
  await promise
  await promisify(execFile)('docker', ['--host', host, 'version'])
}

/** From the tests' engine, or from the remote's own copy of it, in one stream. */
async function copyImage(image: string, host: string): Promise<void> {
  const pipe = 'docker save "$1" | docker --host "$2" load'
  await promisify(execFile)('sh', ['-ec', pipe, 'sh', image, host])
}

async function end(daemon: ChildProcess, folder: string): Promise<void> {
  const ended = daemon.exitCode === null && daemon.signalCode === null ? once(daemon, 'exit') : undefined
  daemon.kill('SIGTERM')
  await ended
  // Its containerd ends by itself after it; what it still has open is in its own namespace.
  const pidFile = path.join(folder, 'run/containerd/containerd.pid')
  if (existsSync(pidFile)) await gone(Number(readFileSync(pidFile, 'utf8')))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function gone(pid: number): Promise<void> {
  const isAlive = () => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 20))
}
