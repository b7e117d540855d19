import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { docker } from './engine.ts'
import { tcpProxy } from './engine-proxy.ts'

/** An engine that is reached over TCP and does not see the runner's files, as on another machine. */
export type OtherMachine = { readonly dockerHost: string; stop(): Promise<void> }

/**
 * Starts an engine with one image. In its mount namespace an empty file system lies over the runner's folders; in
 * its network namespace it has nothing to share with other engines, for dockerd deletes the bridge that it is
 * asked not to use, whichever engine made it. Its containers have the network `none` only. Needs root and dockerd.
 */
export async function otherMachine(image: string): Promise<OtherMachine> {
  // Not below the system's temporary folder, which is hidden from it.
  const folder = mkdtempSync('/var/tmp/acode-other-')
  const socket = `unix://${folder}/docker.sock`
  const command = ['--mount', '--net', '--propagation', 'private', 'sh', '-c', START, 'sh', folder, socket]
  const engine = spawn('unshare', command, { stdio: ['ignore', 'ignore', 'pipe'] })
  const proxy = await tcpProxy(socket)
  const stop = async (): Promise<void> => {
    await proxy.stop()
    if (engine.exitCode === null && engine.signalCode === null) {
      const closed = once(engine, 'close')
      engine.kill('SIGTERM')
      await closed
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await listening(engine)
    const archive = path.join(folder, 'image.tar')
    await docker('save', '--output', archive, image)
    await docker('--host', proxy.dockerHost, 'load', '--input', archive)
    return { dockerHost: proxy.dockerHost, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const START = `
  mount -t tmpfs tmpfs /tmp
  exec dockerd --data-root "$1/data" --exec-root "$1/run" --pidfile "$1/pid" --host "$2" \\
    --bridge=none --iptables=false
`

/** dockerd says when it listens; what it says until then is reported when it ends before. */
async function listening({ stderr, ...engine }: ChildProcess): Promise<void> {
  if (stderr === null) throw new Error('dockerd has no standard error.')
  let said = ''
  for await (const chunk of stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    if (said.includes('API listen on')) {
      stderr.resume()
      return
    }
  }
  throw new Error(`dockerd ended (${engine.exitCode}):\n${said}`)
}

/** The ids of all its containers, one a line. */
export function containersOf({ dockerHost }: OtherMachine): Promise<string> {
  return docker('--host', dockerHost, 'ps', '--all', '--quiet')
}
