import { randomUUID } from 'node:crypto'

/** One run and one of its jobs, as the service of artifacts knows them. */
export type Backend = { readonly run: string; readonly job: string }

export type Runtime = { readonly ACTIONS_RUNTIME_TOKEN: string; readonly ACTIONS_RESULTS_URL: string }

/**
 * A token like the runner's: its `scp` claim says to the client of @actions/artifact which run and job it acts
 * for. The client does not check the signature, the service below knows the tokens it has given.
 */
export function runtimeToken({ run, job }: Backend): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    scp: `Actions.GenericRead:00000000-0000-0000-0000-000000000000 Actions.Results:${run}:${job}`,
    exp: Math.floor(Date.now() / 1000) + 6 * 3600,
    jti: randomUUID(),
  }
  return [
    part({ typ: 'JWT', alg: 'RS256' }),
    part(claims),
    Buffer.from(randomUUID()).toString('base64url'),
  ].join('.')
}

/** A well-formed token and an address where nothing listens: the client gives up at once. */
export function unusableRuntime(): Runtime {
  return {
    ACTIONS_RUNTIME_TOKEN: runtimeToken({ run: randomUUID(), job: randomUUID() }),
    ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/',
  }
}
