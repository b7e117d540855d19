import type { Found } from './found.ts'

/**
 * A record is what a job says, a forged one too: the link in it is kept only where it leads to the server of this
 * run, which GitHub names as `https://HOST`.
 */
export function withOwnLink(found: Found, server: string | undefined): Found {
  const job = found.record?.job
  if (!found.record || !job || job.url === null || (server && job.url.startsWith(`${server}/`))) return found
  return { ...found, record: { ...found.record, job: { ...job, url: null } } }
}
