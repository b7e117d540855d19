import type { IncomingHttpHeaders, RequestOptions } from 'node:http'

/** One request of the Engine API (docs.docker.com/reference/api/engine). */
export interface EngineRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Below the version, such as `/containers/json`. */
  readonly path: string
  /** Values that are objects are sent as JSON. */
  readonly query?: Readonly<Record<string, string | number | boolean | object | undefined>>
  readonly json?: object
  readonly archive?: AsyncIterable<Buffer> | Iterable<Buffer>
  /** Further headers. They are in no log. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The newest version of the API that this client was tried with; with an older engine it speaks the engine's. */
const NEWEST = [1, 51] as const

/** What Node sends for a request to an engine that speaks this version (`/v1.41`; empty: its own newest). */
export function optionsOf(
  { method, path, query = {}, json, archive, headers: asked = {} }: EngineRequest,
  version: string,
  more: Readonly<Record<string, string>> = {},
): RequestOptions {
  const headers = { ...asked, ...more }
  const type = archive ? 'application/x-tar' : json ? 'application/json' : undefined
  return {
    method,
    path: version + path + queryOf(query),
    // The engine does not read it; connections are kept by it.
    host: 'docker',
    headers: type === undefined ? headers : { ...headers, 'Content-Type': type },
  }
}

function queryOf(query: NonNullable<EngineRequest['query']>): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined)
      fields.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  return fields.size === 0 ? '' : `?${fields}`
}

/** What an engine says of itself in answer to a ping. */
export interface Greeting {
  /** The version of the API that is spoken with it, as the prefix of paths. */
  readonly prefix: string
  /** True where it is Podman, whose Docker API leaves some things out. */
  readonly isPodman: boolean
}

/** Reads the answer to a ping. */
export const greetingOf = (headers: IncomingHttpHeaders): Greeting => ({
  prefix: spoken(headers['api-version']),
  isPodman: headers['libpod-api-version'] !== undefined,
})

/** The prefix of paths for an engine that speaks a version and all before it. */
function spoken(header: string | string[] | undefined): string {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(String(header)) ?? []
  // An engine that names none is asked without one, which is its own newest.
  if (major === undefined || minor === undefined) return ''
  const isNewer = Number(major) > NEWEST[0] || (Number(major) === NEWEST[0] && Number(minor) > NEWEST[1])
  return `/v${isNewer ? NEWEST.join('.') : `${major}.${minor}`}`
}
