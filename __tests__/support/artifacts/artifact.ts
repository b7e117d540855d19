import { createHash } from 'node:crypto'
import { unzipSync } from 'fflate'

/** A finished artifact, as a later job or a user would download it. */
export type Artifact = {
  readonly id: number
  readonly name: string
  /** The bytes as they were uploaded; not a zip when the client was asked to skip the archive. */
  readonly zip: Buffer
  /** The files in the zip by their paths; folders are left out. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly size: number
  readonly hash: string
  readonly mimeType: string
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export function filesOf(name: string, mimeType: string, bytes: Buffer): Map<string, Buffer> {
  if (mimeType !== 'application/zip') return new Map([[name, bytes]])
  const files = Object.entries(unzipSync(bytes)).filter(([file]) => !file.endsWith('/'))
  return new Map(files.map(([file, content]) => [file, Buffer.from(content)]))
}
