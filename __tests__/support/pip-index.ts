import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import tar from 'tar-stream'
import { z } from 'zod'
import { addressForContainers } from './address-for-containers.ts'

const METADATA = (name: string) => `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`
const MODULE = (name: string) => `word = "${name} is installed"\n`

/** What makes the wheel of the source distribution, without anything else of the index. */
const BACKEND = `import zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = 'built-1.0.0-py3-none-any.whl'
    with zipfile.ZipFile(folder + '/' + name, 'w') as wheel:
        wheel.writestr('built.py', open('built.py').read())
        wheel.writestr('built-1.0.0.dist-info/METADATA', open('PKG-INFO').read())
        wheel.writestr('built-1.0.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr('built-1.0.0.dist-info/RECORD', '')
    return name
`
const PROJECT =
  '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "built"\nversion = "1.0.0"\n'

/**
 * An index of Python packages that containers of the engine reach: `ready`, a wheel, which its answers allow to keep as
 * those of pypi.org do, and `built`, a source distribution, which they do not. It counts what is downloaded.
 */
export class PipIndex {
  /** File names in the order of their downloads. */
  readonly downloads: string[] = []
  readonly #server: Server
  readonly #files: ReadonlyMap<string, Buffer>

  static async start(): Promise<PipIndex> {
    const index = new PipIndex(
      new Map([
        ['ready-1.0.0-py3-none-any.whl', readyWheel()],
        ['built-1.0.0.tar.gz', await sourceDistribution()],
      ]),
    )
    index.#server.listen(0, '0.0.0.0')
    await once(index.#server, 'listening')
    return index
  }

  private constructor(files: ReadonlyMap<string, Buffer>) {
    this.#files = files
    this.#server = createServer(({ url = '' }, answer) => {
      const [, project] = /^\/simple\/(\w+)\/$/.exec(url) ?? []
      const file = url.replace(/^\/files\//, '')
      const content = this.#files.get(file)
      if (project !== undefined) return answer.setHeader('content-type', 'text/html').end(this.#page(project))
      if (content === undefined) return answer.writeHead(404).end()
      this.downloads.push(file)
      if (file.endsWith('.whl')) answer.setHeader('cache-control', 'max-age=365000000, immutable, public')
      return answer.end(content)
    })
  }

  /** The settings by which pip uses this index and no other. */
  get variables(): string {
    const { port } = z.object({ port: z.number() }).parse(this.#server.address())
    const host = addressForContainers()
    const url = `PIP_INDEX_URL=http://${host}:${port}/simple`
    return `${url}\nPIP_TRUSTED_HOST=${host}\nPIP_DISABLE_PIP_VERSION_CHECK=1`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #page(project: string): string {
    const links = [...this.#files]
      .filter(([file]) => file.startsWith(`${project}-`))
      .map(([file, content]) => {
        const hash = createHash('sha256').update(content).digest('hex')
        return `<a href="/files/${file}#sha256=${hash}">${file}</a>`
      })
    return `<!DOCTYPE html><html><body>${links.join('')}</body></html>`
  }
}

function readyWheel(): Buffer {
  const about = 'ready-1.0.0.dist-info'
  const files = {
    'ready.py': MODULE('ready'),
    [`${about}/METADATA`]: METADATA('ready'),
    [`${about}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${about}/RECORD`]: '',
  }
  const entries = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const)
  return Buffer.from(zipSync(Object.fromEntries(entries)))
}

async function sourceDistribution(): Promise<Buffer> {
  const archive = tar.pack()
  const files = {
    'PKG-INFO': METADATA('built'),
    'pyproject.toml': PROJECT,
    'backend.py': BACKEND,
    'built.py': MODULE('built'),
  }
  for (const [name, text] of Object.entries(files)) archive.entry({ name: `built-1.0.0/${name}` }, text)
  archive.finalize()
  return gzipSync(await buffer(archive))
}
