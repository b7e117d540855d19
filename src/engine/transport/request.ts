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

/** The version of the API of the oldest engine that has all that a task needs, Docker 20.10. */
const OLDEST = [1, 41] as const

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
  /** Why it cannot be used, for people; null when it can. */
  readonly tooOld: string | null
  /** The version of the API that is spoken with it, as the prefix of paths. */
  readonly prefix: string
  /** True when it is Podman, whose Docker API leaves some things out. */
  readonly isPodman: boolean
}

/** Reads the answer to a ping. */
export function greetingOf(headers: IncomingHttpHeaders): Greeting {
  const version = versionOf(headers['api-version'])
  const isPodman = headers['libpod-api-version'] !== undefined
  // Podman counts the versions of Docker's API in its own way.
  const isTooOld = version !== null && !isPodman && isBefore(version, OLDEST)
  return {
    tooOld: isTooOld
      ? `the engine speaks its API up to version ${version.join('.')} only, and ${OLDEST.join('.')} (Docker 20.10) is needed`
      : null,
    prefix: prefixOf(version),
    isPodman,
  }
}

type Version = readonly [major: number, minor: number]

/** Null when an engine names no version. */
function versionOf(header: string | string[] | undefined): Version | null {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(String(header)) ?? []
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)]
}

const isBefore = ([major, minor]: Version, [thanMajor, thanMinor]: Version): boolean =>
  major === thanMajor ? minor < thanMinor : major < thanMajor

/** The prefix of paths for an engine that speaks a version and all before it; without one it is its own newest. */
const prefixOf = (version: Version | null): string =>
  version === null ? '' : `/v${(isBefore(NEWEST, version) ? NEWEST : version).join('.')}`
