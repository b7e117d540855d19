import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { networkInterfaces } from 'node:os'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import tar from 'tar-stream'
import { z } from 'zod'

const TARBALL = '/left/-/left-1.0.0.tgz'

/** A registry with one package, that containers of the engine reach, and that counts what it is asked for. */
export class NpmRegistry {
  /** How often the package was downloaded. */
  downloads = 0
  readonly #server: Server
  readonly #tarball: Buffer
  readonly #host: string

  static async start(): Promise<NpmRegistry> {
    const archive = tar.pack()
    archive.entry({ name: 'package/package.json' }, JSON.stringify({ name: 'left', version: '1.0.0' }))
    archive.entry({ name: 'package/index.js' }, 'module.exports = "installed"\n')
    archive.finalize()
    // Containers reach any address of this machine by way of their network's bridge, without being forwarded.
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    const host = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
    if (host === undefined) throw new Error('This machine has no IPv4 address that a container could reach.')
    const registry = new NpmRegistry(gzipSync(await buffer(archive)), host)
    registry.#server.listen(0, '0.0.0.0')
    await once(registry.#server, 'listening')
    return registry
  }

  private constructor(tarball: Buffer, host: string) {
    this.#tarball = tarball
    this.#host = host
    this.#server = createServer((request, response) => {
      if (request.url !== TARBALL) return response.writeHead(404).end()
      this.downloads += 1
      return response.end(this.#tarball)
    })
  }

  get url(): string {
    const { port } = z.object({ port: z.number() }).parse(this.#server.address())
    return `http://${this.#host}:${port}`
  }

  /** Files of a project that depends on the package: package.json and package-lock.json. */
  project(): Readonly<Record<string, string>> {
    const dependencies = { left: '1.0.0' }
    const integrity = `sha512-${createHash('sha512').update(this.#tarball).digest('base64')}`
    const left = { version: '1.0.0', resolved: this.url + TARBALL, integrity }
    const lock = { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true }
    const packages = {
      '': { name: 'app', version: '1.0.0', dependencies },
      'node_modules/left': left,
    }
    return {
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies }),
      'package-lock.json': JSON.stringify({ ...lock, packages }),
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
