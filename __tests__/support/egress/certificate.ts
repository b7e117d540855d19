import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { temporaryFolder } from '../temporary-folder.ts'

/** A certificate that signs itself: for a server, and the file by which a client trusts it. */
export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
  readonly file: string
}

/** Makes one for hosts that is good for a day, by openssl; gone when the test is over. */
export function certificateOf(hosts: readonly string[]): Certificate {
  const folder = temporaryFolder()
  const [file, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  const names = hosts.map((host) => `DNS:${host}`).join()
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const about = ['-subj', '/CN=test', '-addext', `subjectAltName=${names}`]
  execFileSync('openssl', ['req', ...kind, ...about, '-out', file, '-keyout', key], { stdio: 'pipe' })
  return { cert: readFileSync(file), key: readFileSync(key), file }
}
