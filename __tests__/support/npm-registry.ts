import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import tar from 'tar-stream'
import { z } from 'zod'
import { addressForContainers } from './address-for-containers.ts'

const TARBALL = '/left/-/left-1.0.0.tgz'

/** A registry with one package, that containers of the engine reach, and that counts what it is asked for. */
export class NpmRegistry {
  /** How often the package was downloaded. */
  downloads = 0
  readonly #server: Server
  readonly #tarball: Buffer

  static async start(): Promise<NpmRegistry> {
    const archive = tar.pack()
    archive.entry({ name: 'package/package.json' }, JSON.stringify({ name: 'left', version: '1.0.0' }))
    archive.entry({ name: 'package/index.js' }, 'module.exports = "installed"\n')
    archive.finalize()
    const registry = new NpmRegistry(gzipSync(await buffer(archive)))
    registry.#server.listen(0, '0.0.0.0')
    await once(registry.#server, 'listening')
    return registry
  }

  private constructor(tarball: Buffer) {
    this.#tarball = tarball
    this.#server = createServer((request, response) => {
      if (request.url !== TARBALL) return response.writeHead(404).end()
      this.downloads += 1
      return response.end(this.#tarball)
    })
  }

  get url(): string {
    const { port } = z.object({ port: z.number() }).parse(this.#server.address())
    return `http://${addressForContainers()}:${port}`
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
