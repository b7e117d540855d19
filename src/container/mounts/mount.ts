import { labelFields } from '../../engine/labels.ts'
import { volumeFields } from '../../engine/volumes.ts'

/** Something mounted into the container. */
export type Mount =
  | {
      readonly type: 'bind'
      readonly source: string
      readonly target: string
      readonly readOnly?: boolean
      /** Whether it is a file, and not a folder. */
      readonly isFile?: boolean
    }
  | {
      readonly type: 'volume'
      readonly name: string | null
      readonly target: string
      readonly noCopy?: boolean
      readonly readOnly?: boolean
      /** Of a volume that the engine makes because it is not there, or has no name. */
      readonly labels?: Readonly<Record<string, string>>
      /** Options of the engine's driver `local` for a volume without a name; none are a plain folder of the engine's. */
      readonly options?: Readonly<Record<string, string>>
    }

/** A mount as the value of `--mount`. */
export function mountOption(mount: Mount): string {
  const fields = [`type=${mount.type}`]
  if (mount.type === 'bind') fields.push(`source=${mount.source}`)
  else if (mount.name !== null) fields.push(`source=${mount.name}`)
  fields.push(`target=${mount.target}`)
  if (mount.readOnly) fields.push('readonly')
  if (mount.type === 'volume' && mount.noCopy) fields.push('volume-nocopy')
  if (mount.type === 'volume') fields.push(...labelFields(mount.labels ?? {}))
  if (mount.type === 'volume' && mount.options) fields.push(...volumeFields(mount.options))
  return csvRow(fields)
}

/** Fields as one row of CSV, quoted where they need it (Go's encoding/csv, which reads options of the engine's CLI). */
const csvRow = (fields: readonly string[]): string =>
  fields.map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
