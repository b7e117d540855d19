import type { DerivedImage } from '../ownership/derived-images.ts'
import type { Managed } from '../ownership/managed.ts'
import type { Verdict } from '../ownership/orphans.ts'
import type { Surveyed } from '../ownership/survey.ts'

/** One thing of ours as people and later steps are shown it. */
interface Listed {
  readonly kind: string
  readonly name: string
  /** Why it may be removed, or why it may not. */
  readonly reason: string
}

/** All that was found, in two lists. */
export interface Listing {
  readonly orphans: readonly Listed[]
  readonly kept: readonly Listed[]
}

/** What may be removed and what stays, of an engine and of the runner's folder. */
export function listingOf(
  all: readonly Surveyed[],
  deadFolders: readonly string[],
  images: readonly DerivedImage[] = [],
): Listing {
  const listed = all.map(({ one, verdict }) => ({
    isOrphan: verdict.kind === 'orphan',
    row: { kind: one.kind, name: one.name, reason: reasonOf(one, verdict) },
  }))
  const folders = deadFolders.map((name) => ({
    kind: 'folder',
    name,
    reason: 'the main that made it has ended',
  }))
  const made = images.map(({ name, isOrphan, reason }) => ({
    isOrphan,
    row: { kind: 'image', name, reason },
  }))
  const rows = (isOrphan: boolean) =>
    [...listed, ...made].filter((one) => one.isOrphan === isOrphan).map(({ row }) => row)
  return { orphans: [...rows(true), ...folders], kept: rows(false) }
}

function reasonOf({ owner }: Managed, verdict: Verdict): string {
  const process = owner ? `its owner, process ${owner.pid},` : 'its owner'
  if (verdict.kind === 'alive') return `${process} is alive`
  if (verdict.kind === 'unproven') return verdict.reason
  return WHY_ORPHAN[verdict.reason](process)
}

const WHY_ORPHAN: Readonly<
  Record<Extract<Verdict, { kind: 'orphan' }>['reason'], (process: string) => string>
> = {
  'owner-dead': (process) => `${process} has ended`,
  'owner-container-ended': () => 'the container in which its owner ran has ended',
  'earlier-boot': () => 'it was made before this machine was started',
  'past-deadline': () => 'its deadline has passed, and its owner cannot be asked',
}

/** A list as lines of the log, under a heading. */
export const listingLines = (heading: string, rows: readonly Listed[]): string[] =>
  rows.length === 0
    ? []
    : [
        `${heading} (${rows.length}):`,
        ...rows.map(({ kind, name, reason }) => `  ${kind} ${name}: ${reason}`),
      ]
